import Foundation

/// Real conversations, which lie beside the package where they are present at all.
enum SharedData {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["COMMUNIS_SHARED"], !path.isEmpty {
            return URL(fileURLWithPath: path).appendingPathComponent("data")
        }
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { package.deleteLastPathComponent() }
        return package.deletingLastPathComponent().appendingPathComponent("shared/data")
    }()

    static func conversation(_ name: String) -> String {
        folder.appendingPathComponent("polis/\(name)").path
    }

    static let isPresent = FileManager.default.fileExists(
        atPath: conversation("15-per-hour-seattle"))
}
