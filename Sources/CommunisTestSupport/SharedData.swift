import Foundation

/// Real data that is not part of the project: beside it, in `../shared/data`, where it is present.
package enum SharedData {
    /// The path of a folder there, or `nil`.
    package static func folder(_ name: String, from file: String = #filePath) -> String? {
        let environment = ProcessInfo.processInfo.environment["COMMUNIS_SHARED"]
        let package = URL(fileURLWithPath: file).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let shared =
            environment.map { URL(fileURLWithPath: $0) }
            ?? package.deletingLastPathComponent().appendingPathComponent("shared")
        let path = shared.appendingPathComponent("data/\(name)").path
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}
