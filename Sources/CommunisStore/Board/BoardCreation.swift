import CommunisCore
import CommunisLog
import Foundation
import GRDB

extension Board {
    /// Founds a board in a new file, with its key beside it.
    package static func found(
        at path: String, name: String, ballot: BallotKind, environment: BoardEnvironment = .system,
        key: NodeKey = NodeKey()
    ) throws(BoardError) -> Board {
        let path = absolute(path)
        guard let secret = BoardSecret(environment.randomBytes(BoardSecret.byteCount)) else {
            throw BoardError(.fault, "no randomness", "please report this")
        }
        var clock = HybridClock(last: .zero)
        let now = environment.now()
        var changes: [ChangeContent] = [
            .board(setting: BoardSetting.ballot.rawValue, value: ballot.rawValue),
            .nodeName(key.node, "founder"),
        ]
        if !name.isEmpty {
            changes.insert(.board(setting: BoardSetting.name.rawValue, value: name), at: 0)
        }
        let slots = changes.map { change in
            let timestamp = clock.stamp(now: now, horizon: Horizon(now: now))
            return Change(timestamp, by: nil, change)
                .slot(salt: environment.randomBytes(Slot.saltByteCount))
        }
        let founding = SealedChangeset.seal(slots, board: nil, after: .start, with: key)
        return try create(
            at: path, board: founding.id, founder: key.node,
            key: KeyFile(board: founding.id, key: key, secret: secret), holding: [founding],
            environment: environment)
    }

    /// Makes a new, empty copy of a board that is elsewhere: a new node of it.
    ///
    /// - Parameter secret: `nil` for a reader.
    package static func createCopy(
        at path: String, of board: BoardID, founder: NodeID, secret: BoardSecret?, key: NodeKey,
        environment: BoardEnvironment = .system
    ) throws(BoardError) -> Board {
        try create(
            at: absolute(path), board: board, founder: founder,
            key: KeyFile(board: board, key: key, secret: secret), holding: [],
            environment: environment)
    }

    /// Errors if anything stands where a new board would.
    ///
    /// - Parameter key: of a clone that was prepared; its file may stand there.
    package static func checkFree(_ path: String, for key: NodeKey? = nil) throws(BoardError) {
        let path = absolute(path)
        let keyPath = KeyFile.path(beside: path)
        // A link that leads nowhere is there too. SQLite would take what another board left for a
        // part of this one; where it is another account's, it would not be opened.
        let companions = BoardPlace.companions.map { path + $0 }.filter { companion in
            FileStatus(companion).map { !companion.hasSuffix("-shm") || !$0.isOwn } ?? false
        }
        for taken in [path] + companions + [keyPath] where FileStatus(taken) != nil {
            guard taken == keyPath, let left = KeyFile.ofUnfinishedClone(beside: path) else {
                throw .exists(taken)
            }
            guard left.key.node == key?.node else { throw .unfinishedClone(taken) }
        }
    }

    /// Puts the key of a copy that is to be cloned on the disk, before an invitation is used for
    /// it: whoever clones again where that did not come to its end asks as the same node, which
    /// uses nothing.
    ///
    /// - Returns: the key; that of the attempt before, where there was one.
    package static func prepareClone(_ path: String) throws(BoardError) -> NodeKey {
        let path = absolute(path)
        let left = KeyFile.ofUnfinishedClone(beside: path)
        try checkFree(path, for: left?.key)
        if let left { return left.key }
        let file = KeyFile(board: .zero, key: NodeKey(), secret: nil)
        try file.create(beside: path)
        synchronizeFolder(of: path)
        return file.key
    }

    /// Takes the key of a prepared clone away, where cloning was refused for good.
    package static func abandonClone(_ path: String) {
        let path = absolute(path)
        if KeyFile.ofUnfinishedClone(beside: path) != nil { unlink(KeyFile.path(beside: path)) }
    }

    /// Closes the board and takes its files away, the key too.
    package func remove() {
        close()
        Self.removeFiles(path)
        unlink(KeyFile.path(beside: path))
    }

    /// The file is made under another name and gets its own when it is whole and on the disk, so
    /// that no crash leaves half a board. The key comes first: a key without a board harms nobody.
    private static func create(
        at path: String, board: BoardID, founder: NodeID, key: KeyFile,
        holding changesets: [SealedChangeset], environment: BoardEnvironment
    ) throws(BoardError) -> Board {
        try checkFree(path, for: key.key)
        if FileStatus(BoardPlace.folder(of: path)) != nil,
            let objection = BoardPlace.objectionToFolder(of: path)
        {
            throw objection
        }
        let isPrepared = KeyFile.ofUnfinishedClone(beside: path) != nil
        if !isPrepared { try key.create(beside: path) }
        let draft = "\(path).new-\(Hexadecimal.encode(environment.randomBytes(6)))"
        do {
            try makeFile(
                draft, board: board, founder: founder, key: key, holding: changesets,
                environment: environment)
            try publish(draft, as: path)
        } catch {
            removeFiles(draft)
            if !isPrepared { unlink(KeyFile.path(beside: path)) }
            throw BoardError(error, path: path)
        }
        // Where this ends before, the copy has its key, and gets the board's secret when it syncs.
        if isPrepared { try key.replace(beside: path) }
        return try open(path, environment: environment)
    }

    private static func makeFile(
        _ path: String, board: BoardID, founder: NodeID, key: KeyFile,
        holding changesets: [SealedChangeset], environment: BoardEnvironment
    ) throws {
        try BoardPlace.reserve(path)
        try BoardPlace(path).reserveCompanions()
        let queue = try DatabaseQueue(path: path, configuration: configuration(environment))
        // WAL once, here: it stays with the file. To set it at each opening costs six times as much
        // as to open.
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
        }
        try migrate(queue, path, environment)
        let state = BoardState(
            board: board, founder: founder, node: key.key.node,
            store: environment.randomBytes(BoardState.storeByteCount),
            time: BoardTime(clock: .zero, horizon: Horizon(now: environment.now())),
            viewVersion: BoardState.currentViewVersion, check: CheckValue())
        let file = Board(
            path: path, state: state, file: OpenFile(queue), environment: environment)
        try file.write { try state.save($0) }
        if !changesets.isEmpty {
            let report = try file.merge(changesets, from: nil)
            guard report.refused.isEmpty else {
                throw BoardError(
                    .fault, "a new board refused its first changeset", "please report this")
            }
        }
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try queue.close()
    }

    /// Gives a finished file its name, where nothing may be yet; the draft is gone then.
    ///
    /// By a hard link, which never replaces anything; file systems without (FAT, on a stick) rename.
    package static func publish(_ draft: String, as path: String) throws(BoardError) {
        if link(draft, path) != 0 {
            // A link that leads nowhere is there too.
            let isTaken = errno == EEXIST || FileManager.default.fileExists(atPath: path)
            guard !isTaken, rename(draft, path) == 0 else {
                throw isTaken
                    ? .exists(path)
                    : BoardError(.inputOutput, "\(path) cannot be made", "choose another folder")
            }
        }
        removeFiles(draft)
        synchronizeFolder(of: path)
    }

    package static func removeFiles(_ path: String) {
        for file in [path] + BoardPlace.companions.map({ path + $0 }) { unlink(file) }
    }

    /// Makes a new name in a folder survive a power cut.
    static func synchronizeFolder(of path: String) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = Foundation.open(folder, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 {
            fsync(descriptor)
            Foundation.close(descriptor)
        }
    }
}
