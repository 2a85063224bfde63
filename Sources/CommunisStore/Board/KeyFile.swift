import CommunisCore
import CommunisLog
import Foundation

/// The file beside a board that makes this copy its node: `BOARD.key`, mode 0600.
///
/// Text of a few lines, so that a person who finds it can tell what it is:
/// `communis key 1`, then `board`, `node` (the Ed25519 seed) and, for contributors and stewards,
/// `secret`, each with its hexadecimal digits.
package struct KeyFile: Sendable {
    package var board: BoardID
    package var key: NodeKey
    /// `nil` at a reader's node, which computes no member's id.
    package var secret: BoardSecret?

    static let firstLine = "communis key 1"
    /// A key file is some 250 bytes; anything much larger is something else.
    private static let byteLimit = 4_096

    package static func path(beside board: String) -> String { board + ".key" }

    var contents: String {
        var lines = [
            Self.firstLine, "board \(Hexadecimal.encode(board.bytes))",
            "node \(Hexadecimal.encode(key.seed))",
        ]
        if let secret { lines.append("secret \(Hexadecimal.encode(secret.bytes))") }
        return lines.joined(separator: "\n") + "\n"
    }

    init(board: BoardID, key: NodeKey, secret: BoardSecret?) {
        self.board = board
        self.key = key
        self.secret = secret
    }

    /// Reads the key beside a board.
    init(beside board: String) throws(BoardError) { try self.init(at: Self.path(beside: board)) }

    init(at path: String) throws(BoardError) {
        let data = try Self.read(path)
        var values: [String: [UInt8]] = [:]
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        for line in lines.dropFirst() {
            let parts = line.split(separator: " ")
            if parts.count == 2 { values[String(parts[0])] = Hexadecimal.decode(String(parts[1])) }
        }
        guard lines.first.map(String.init) == Self.firstLine,
            let boardID = values["board"].flatMap({ BoardID($0) }),
            let key = values["node"].flatMap({ NodeKey($0) })
        else { throw .keyUnreadable(path, "it is not a key file") }
        self.init(board: boardID, key: key, secret: values["secret"].flatMap { BoardSecret($0) })
    }

    /// Only what this account made for itself is a key: whoever puts a link to another key beside a
    /// board, or a pipe, shall not have it signed with, or waited for. A second name of one's own key
    /// is one's own: it is used only where the board is, too.
    private static func read(_ path: String) throws(BoardError) -> Data {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .keyMissing(path) }
            if errno == ELOOP { throw .keyUnreadable(path, "it is a link") }
            if errno == EACCES || errno == EPERM || errno == ENXIO {
                throw .keyUnreadable(path, "it cannot be read")
            }
            // That is no word about the key: too many files may be open.
            throw .unreadableNow(path)
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard let status = FileStatus(descriptor: descriptor) else { throw .unreadableNow(path) }
        guard status.isRegular else { throw .keyUnreadable(path, "it cannot be read") }
        guard status.isOwn else { throw .keyUnreadable(path, "it belongs to another account") }
        guard !status.isOpenToOthers else { throw .keyOpen(path) }
        do { return try handle.read(upToCount: byteLimit) ?? Data() } catch {
            throw .unreadableNow(path)
        }
    }

    /// Writes the key where there must be none yet, readable by its owner only, and waits for the
    /// disk.
    ///
    /// - Parameter isUsed: whether it is to be used there, and not only kept: then the disk has to hide
    ///   it from other accounts.
    func create(beside board: String, isUsed: Bool = true) throws(BoardError) {
        let path = Self.path(beside: board)
        try create(at: path)
        guard isUsed, FileStatus(path)?.isOpenToOthers ?? true else { return }
        unlink(path)
        throw BoardError(
            .inputOutput, "\(path) would be open to other accounts: its disk hides nothing",
            "choose a folder on another disk")
    }

    /// Writes the key in the place of the one that is there, in one step.
    func replace(beside board: String) throws(BoardError) {
        let path = Self.path(beside: board)
        let draft = "\(path).new-\(UUID().uuidString.prefix(8))"
        try create(at: draft)
        guard rename(draft, path) == 0 else {
            unlink(draft)
            throw BoardError(
                .inputOutput, "\(path) cannot be written", "make its folder writable for you")
        }
        Board.synchronizeFolder(of: path)
    }

    func create(at path: String) throws(BoardError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST
                ? .exists(path)
                : BoardError(
                    .inputOutput, "\(path) cannot be written", "make its folder writable for you")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(contents.utf8))
            try handle.synchronize()
        } catch {
            unlink(path)
            throw BoardError(.inputOutput, "\(path) cannot be written", "make room on the disk")
        }
    }
}

extension BoardError {
    fileprivate static func keyOpen(_ path: String) -> Self {
        Self(
            .notPermitted, "the key \(path) is not used: other accounts can read it",
            "run: chmod 600 \(path.shownAsFile)")
    }
}

extension KeyFile {
    /// The key of a copy that is being cloned and knows its board not yet: it names none.
    static func ofUnfinishedClone(beside board: String) -> KeyFile? {
        guard let file = try? KeyFile(beside: board), file.board == .zero else { return nil }
        return file
    }
}

extension Board {
    /// This copy's key.
    ///
    /// Errors: `notPermitted` where the board is not this account's own, and where the key is missing,
    /// unreadable, open to others or of another board or copy.
    func keyFile() throws(BoardError) -> KeyFile {
        if let objection { throw objection }
        var file = try KeyFile(beside: path)
        // Cloning ended between the board and its key.
        if file.board == .zero, file.key.node == node { file.board = id }
        guard file.board == id else {
            throw .keyUnreadable(KeyFile.path(beside: path), "it belongs to another board")
        }
        guard file.key.node == node else {
            if let newKey = try finishNewKey() { return newKey }
            throw .keyUnreadable(
                KeyFile.path(beside: path), "it belongs to another copy of this board")
        }
        return file
    }

    /// The key that makes this copy this node.
    package func nodeKey() throws(BoardError) -> NodeKey { try keyFile().key }
}
