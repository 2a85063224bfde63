import Foundation
import Testing

/// One running child. Its output goes to files, so that no amount of it makes anybody wait.
///
/// By posix_spawn: Foundation's Process, in swift-corelibs-foundation, crashes now and then when
/// many threads start children at once.
final class Child {
    private let words: [String]
    private let output: String
    private let errors: String
    private let process: pid_t
    /// As waitpid(2) has it; `nil` while the child runs.
    private var status: Int32?

    /// - Parameter scratch: a folder for what the child is given and says.
    init(
        _ words: [String], folder: String, environment: [String: String], input: Data?,
        scratch: URL
    ) throws {
        self.words = words
        let name = UUID().uuidString
        output = scratch.appendingPathComponent("\(name).out").path
        errors = scratch.appendingPathComponent("\(name).err").path
        var source = "/dev/null"
        if let input {
            source = scratch.appendingPathComponent("\(name).in").path
            try input.write(to: URL(fileURLWithPath: source))
        }
        process = try Self.spawn(
            words, in: folder, environment.map { "\($0)=\($1)" },
            files: [(source, O_RDONLY)] + [output, errors].map { ($0, O_WRONLY | O_CREAT) })
    }

    private static func spawn(
        _ words: [String], in folder: String, _ environment: [String],
        files: [(path: String, flags: Int32)]
    ) throws -> pid_t {
        #if os(Linux)
            var actions = posix_spawn_file_actions_t()
        #else
            var actions: posix_spawn_file_actions_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (descriptor, file) in files.enumerated() {
            posix_spawn_file_actions_addopen(
                &actions, Int32(descriptor), file.path, file.flags, 0o600)
        }
        // Not every system's posix_spawn can change the folder; the shell can, and then becomes
        // the program.
        let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder]
        let arguments = (shell + words).map { strdup($0) } + [nil]
        let variables = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, shell[0], &actions, nil, arguments, variables)
        guard code == 0, process > 0 else { throw POSIXError(.init(rawValue: code) ?? .EIO) }
        return process
    }

    var isRunning: Bool {
        if status != nil { return false }
        var status: Int32 = 0
        if waitpid(process, &status, WNOHANG) == process { self.status = status }
        return self.status == nil
    }

    /// Ends this child, and no other, at once, as a power cut would.
    func kill() {
        if isRunning { Foundation.kill(process, SIGKILL) }
    }

    /// Asks this child to end.
    func terminate() {
        if isRunning { Foundation.kill(process, SIGTERM) }
    }

    /// What it has written to standard output so far.
    var said: String {
        String(
            decoding: (try? Data(contentsOf: URL(fileURLWithPath: output))) ?? Data(), as: UTF8.self
        )
    }

    /// Waits for the end; a code of 128 and more is a signal, as in a shell.
    func wait() throws -> Outcome {
        let end = ContinuousClock.now + Program.timeLimit
        while isRunning {
            if ContinuousClock.now > end {
                kill()
                Issue.record("\(words) took more than \(Program.timeLimit)")
            }
            usleep(500)
        }
        let status = self.status ?? 0
        let signal = status & 0x7F
        return Outcome(
            code: signal == 0 ? status >> 8 & 0xFF : 128 + signal,
            bytes: try Data(contentsOf: URL(fileURLWithPath: output)),
            errors: String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: errors)), as: UTF8.self))
    }
}
