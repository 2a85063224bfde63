import CommunisCore
import CommunisLog
import Foundation

/// What came of giving a copy a key of its own.
package struct NewKey: Sendable {
    /// The node that the copy is from now on.
    package var node: NodeID
    /// What it may do; `none` where a steward has to admit it first.
    package var role: Role
    /// Where the key that the copy had is kept.
    package var oldKeyPath: String
}

extension Board {
    /// Makes this copy a node of its own, as is needed where another copy has the same key.
    ///
    /// What is pending is sealed with the old key. Where that is a steward's or the founder's, it
    /// admits the new node: the founder's as steward, since the founder is the old key, a steward's
    /// as contributor. The file is a store of its own from now on too.
    ///
    /// The new key is on the disk before the file names it, and takes its place after: where this
    /// ends in between, the next use of the key finishes it. This value still speaks for the old
    /// node: open the file again.
    package func takeNewKey(name: String?) throws(BoardError) -> NewKey {
        let old = try keyFile()
        let new = KeyFile(board: id, key: NodeKey(), secret: old.secret)
        let path = Self.newKeyPath(beside: self.path)
        // Of an attempt that ended before the file knew of it.
        unlink(path)
        try new.create(at: path)
        let role = try roleOfNewKey()
        if role != .none {
            var drafts = [Draft(by: nil, .node(new.key.node, .role(role, heads: [])))]
            if let name { drafts.append(Draft(by: nil, .nodeName(new.key.node, name))) }
            try write(drafts)
        }
        let store = environment.randomBytes(BoardState.storeByteCount)
        try write { database in
            var state = try BoardState.load(database)
            if try database.hasPending() {
                try seal(database, &state, with: old.key)
            }
            state.node = new.key.node
            state.store = store
            try state.save(database)
        }
        let kept = try Self.putNewKey(beside: self.path, keeping: old)
        return NewKey(node: new.key.node, role: role, oldKeyPath: kept)
    }

    private func roleOfNewKey() throws(BoardError) -> Role {
        switch try role() {
        case .founder: .steward
        case .steward: .contributor
        default: .none
        }
    }

    private static func newKeyPath(beside board: String) -> String {
        KeyFile.path(beside: board) + ".new"
    }

    /// Puts the new key in the place of the old one, which is kept under another name.
    private static func putNewKey(beside board: String, keeping old: KeyFile) throws(BoardError)
        -> String
    {
        let path = KeyFile.path(beside: board)
        let kept = "\(path).old-\(Base32.encode(old.key.node.bytes).prefix(8))"
        if link(path, kept) != 0 && errno != EEXIST { try old.create(at: kept) }
        guard rename(newKeyPath(beside: board), path) == 0 else {
            throw BoardError(
                .inputOutput, "\(path) cannot be written", "make its folder writable for you")
        }
        synchronizeFolder(of: path)
        return kept
    }

    /// Finishes what `takeNewKey` began.
    ///
    /// - Returns: `nil` if no new key waits.
    func finishNewKey() throws(BoardError) -> KeyFile? {
        let path = Self.newKeyPath(beside: self.path)
        guard FileStatus(path) != nil, let new = try? KeyFile(at: path),
            new.board == id, new.key.node == node
        else { return nil }
        _ = try Self.putNewKey(beside: self.path, keeping: KeyFile(beside: self.path))
        return new
    }
}
