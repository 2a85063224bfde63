import Foundation

/// Real data and vectors that are not part of the project: beside it, in `../shared`, where they are
/// present.
package enum SharedData {
    /// The path of a folder in `data`, or `nil`.
    package static func folder(_ name: String) -> String? { path("data/\(name)") }

    /// The path of a file in `vectors`, or `nil`.
    package static func vectors(_ name: String) -> String? { path("vectors/\(name)") }

    private static func path(_ name: String, from file: String = #filePath) -> String? {
        let environment = ProcessInfo.processInfo.environment["COMMUNIS_SHARED"]
        let package = URL(fileURLWithPath: file).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let shared =
            environment.map { URL(fileURLWithPath: $0) }
            ?? package.deletingLastPathComponent().appendingPathComponent("shared")
        let path = shared.appendingPathComponent(name).path
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}
