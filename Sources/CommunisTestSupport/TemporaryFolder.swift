import Foundation

/// A folder that goes away with its last reference.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// - Parameter isInMemory: whether it lies in memory, where the system has a place for that.
    package init(isInMemory: Bool = false) throws {
        let memory = URL(fileURLWithPath: "/dev/shm")
        let hasMemory = isInMemory && access(memory.path, W_OK) == 0
        let base = hasMemory ? memory : FileManager.default.temporaryDirectory
        let url = base.appendingPathComponent("communis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something in the folder.
    package func file(_ name: String) -> String { "\(path)/\(name)" }
}
