import CommunisStore
import Foundation

/// Where another copy of the board is.
struct PeerAddress {
    /// The file's absolute path, by which the peer is remembered.
    let path: String

    /// A path to a board's file, or to a folder that holds a `communis.sqlite`.
    init(_ text: String) throws {
        if text.contains("://") {
            throw Failure(
                Failure.usage, "\(text.quoted) cannot be reached by this version",
                "name a board's file on this machine")
        }
        var url = URL(fileURLWithPath: text).resolvingSymlinksInPath()
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
            isFolder.boolValue
        {
            url.appendPathComponent("communis.sqlite")
        }
        path = url.resolvingSymlinksInPath().path
    }

    func open() throws -> Board {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                Failure.unavailable, "there is no board at \(path.printable)",
                "check the path, or that the disk is there")
        }
        return try Board.open(path)
    }
}
