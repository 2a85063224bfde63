import Foundation

/// What a run of the program left behind.
struct Outcome {
    var code: Int32
    /// Standard output, byte by byte.
    var bytes: Data
    var errors: String

    var output: String { String(decoding: bytes, as: UTF8.self) }
    /// Standard error without its line end.
    var error: String { errors.hasSuffix("\n") ? String(errors.dropLast()) : errors }

    /// Standard output as the one JSON document that it must be.
    func json() throws -> JSON {
        JSON(try JSONSerialization.jsonObject(with: bytes, options: .fragmentsAllowed))
    }
}

/// The built program, as a user has it.
enum Program {
    static let path = executable("communis")

    /// An executable that was built together with these tests.
    static func executable(_ name: String) -> String {
        var starts = Bundle.allBundles.map(\.bundleURL)
        starts.append(URL(fileURLWithPath: CommandLine.arguments[0]))
        if let executable = Bundle.main.executableURL { starts.append(executable) }
        for start in starts {
            var folder = start.standardizedFileURL
            while folder.path != "/" {
                folder.deleteLastPathComponent()
                let candidate = folder.appendingPathComponent(name).path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder),
                    !isFolder.boolValue, access(candidate, X_OK) == 0
                {
                    return candidate
                }
            }
        }
        fatalError("\(name) is not built: swift build --build-tests")
    }

    /// A child that takes longer has failed, and is killed.
    static let timeLimit: Duration = .seconds(60)
}
