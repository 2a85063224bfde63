import Foundation
import Testing

/// A folder of its own for one test, in which the program runs as a user would run it: with an
/// empty home, and without anything of this machine's settings.
final class TestFolder: Sendable {
    let url: URL
    private let home: URL
    private let scratch: URL

    init() {
        let root = FileManager.default.temporaryDirectory
            .resolvingSymlinksInPath().appendingPathComponent("communis-test-\(UUID().uuidString)")
        url = root.appendingPathComponent("work")
        home = root.appendingPathComponent("home")
        scratch = root.appendingPathComponent("scratch")
        for folder in [url, home, scratch] {
            do {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true)
            } catch {
                fatalError("no folder for a test: \(error)")
            }
        }
    }

    deinit { try? FileManager.default.removeItem(at: url.deletingLastPathComponent()) }

    /// The path of something in the folder.
    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// What is in the folder, without the files that SQLite keeps while a board is in use.
    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
            .filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
    }

    func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

    /// Writes a program. A file that anybody has open to write cannot be run (ETXTBSY), and a child that
    /// another test just forked may have what this process has: so a child of this one writes it.
    func writeProgram(_ text: String, to name: String) throws {
        try write(text, to: name + ".text")
        _ = try shell("rm -f \(name) && cp \(name).text \(name) && chmod 755 \(name)")
    }

    func write(_ data: Data, to name: String) throws {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: url.appendingPathComponent(name)), as: UTF8.self)
    }

    // MARK: - Running

    /// Runs the program to its end.
    @discardableResult
    func run(
        _ arguments: String..., input: Data? = nil, environment: [String: String] = [:]
    ) throws -> Outcome {
        try start(arguments, input: input, environment: environment).wait()
    }

    /// Runs the program, which must succeed and say nothing on standard error.
    @discardableResult
    func succeed(
        _ arguments: String..., input: Data? = nil, environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        let outcome = try start(arguments, input: input, environment: environment).wait()
        #expect(
            outcome.code == 0, "\(arguments): \(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.errors == "", "\(arguments)", sourceLocation: sourceLocation)
        return outcome
    }

    /// Starts the program.
    func start(
        _ arguments: [String], input: Data? = nil, environment: [String: String] = [:]
    ) throws -> Child {
        try start(words: [Program.path] + arguments, input: input, environment: environment)
    }

    /// Runs a script of the shell, which finds the program as `$PROGRAM`.
    func shell(_ script: String, environment: [String: String] = [:]) throws -> Outcome {
        try start(
            words: ["/bin/sh", "-c", script],
            environment: environment.merging(["PROGRAM": Program.path]) { own, _ in own }
        ).wait()
    }

    /// Starts any program here.
    func start(
        words: [String], input: Data? = nil, environment: [String: String] = [:]
    ) throws -> Child {
        var variables = ProcessInfo.processInfo.environment
        for name in variables.keys where name.hasPrefix("COMMUNIS_") || name == "NO_COLOR" {
            variables[name] = nil
        }
        // English, on whatever machine; C.UTF-8 is the locale without a language.
        for name in ["LC_ALL", "LC_MESSAGES", "LANGUAGE"] { variables[name] = nil }
        variables["LANG"] = "C.UTF-8"
        variables["HOME"] = home.path
        variables.merge(environment) { _, own in own }
        return try Child(
            words, folder: url.path, environment: variables, input: input, scratch: scratch)
    }
}
