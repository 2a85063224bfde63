import CommunisCore
import CommunisLog
import CommunisStore
import Foundation
import GRDB

/// A copy of the board in a simulation, with a clock of its own.
final class SimulatedNode {
    let name: String
    let path: String
    let clock: VirtualClock
    private(set) var board: Board
    /// Whether another copy has the same key.
    var isTwin = false
    private var backups: [String] = []
    private let folder: TemporaryFolder
    private let isDurable: Bool
    private var openings: UInt64 = 0
    /// A trigger that stands for a fault of the store.
    private var fault: String?

    init(
        _ name: String, _ folder: TemporaryFolder, clock: VirtualClock, isDurable: Bool,
        make: (String, BoardEnvironment) throws -> Board
    ) throws {
        self.name = name
        self.folder = folder
        self.clock = clock
        self.isDurable = isDurable
        path = folder.file("\(name).sqlite")
        board = try make(
            path, Self.environment(clock, name: name, opening: 0, isDurable: isDurable))
    }

    private static func environment(
        _ clock: VirtualClock, name: String, opening: UInt64, isDurable: Bool
    ) -> BoardEnvironment {
        let seed = name.utf8.reduce(opening &* 7_919 &+ 1) { $0 &* 31 &+ UInt64($1) }
        var environment = BoardEnvironment.virtual(clock, seed: seed)
        environment.isDurable = isDurable
        return environment
    }

    /// Ends the process that had the file, and starts another.
    func reopen() throws {
        board.close()
        openings += 1
        board = try Board.open(
            path,
            environment: Self.environment(
                clock, name: name, opening: openings, isDurable: isDurable))
        if let fault { try board.breakConnection(fault) }
    }

    /// Has a fault from now on, however often it is opened.
    func beFaulty(_ trigger: String) throws {
        fault = trigger
        try board.breakConnection(trigger)
    }

    /// Ends the process as a crash does: what lies in the write-ahead log stays there.
    func die() throws {
        let files = [path, path + "-wal"]
        let contents = files.map { FileManager.default.contents(atPath: $0) }
        board.close()
        for (file, content) in zip(files, contents) {
            try? FileManager.default.removeItem(atPath: file)
            if let content { try content.write(to: URL(fileURLWithPath: file)) }
        }
        try? FileManager.default.removeItem(atPath: path + "-shm")
        try reopen()
    }

    func backup() throws {
        let path = folder.file("\(name)-\(backups.count).backup")
        try board.backup(to: path)
        backups.append(path)
    }

    /// Puts a backup in the place of the file.
    ///
    /// - Returns: whether there was one.
    func restore(_ generator: inout SeededGenerator) throws -> Bool {
        guard let backup = backups.randomElement(using: &generator) else { return false }
        board.close()
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
        try FileManager.default.copyItem(atPath: backup, toPath: path)
        try reopen()
        return true
    }

    /// Copies the file and its key, as by hand.
    func twin(_ name: String) throws -> SimulatedNode {
        board.close()
        let node = try SimulatedNode(
            name, folder, clock: VirtualClock(clock.now), isDurable: isDurable
        ) { target, environment in
            for suffix in ["", "-wal", ".key"]
            where FileManager.default.fileExists(atPath: path + suffix) {
                try FileManager.default.copyItem(atPath: path + suffix, toPath: target + suffix)
            }
            return try Board.open(target, environment: environment)
        }
        try reopen()
        isTwin = true
        node.isTwin = true
        return node
    }

    // MARK: - What it holds

    /// Its log, in the order of arrival.
    func log() throws -> [SealedChangeset] {
        try board.page(after: 0, excluding: nil, byteLimit: .max).changesets
    }

    /// The ids of its log.
    func ids() throws -> Set<ChangesetID> {
        Set(try board.reconciling { log, _ in try log.positions(0..<log.count).map(\.id) })
    }

    /// Who sealed a changeset, and what it says.
    struct Noted {
        var author: NodeID
        var changes: [Change]

        /// The changesets of which it erases something.
        var erased: [ChangesetID] {
            changes.compactMap { change in
                if case .erase(let target, _) = change.content { target } else { nil }
            }
        }
    }

    /// The ids of the changesets that it has, in the log or beside it; what they say is noted.
    func changesets(_ memory: inout [ChangesetID: Noted]) throws -> Set<ChangesetID> {
        let changesets = try log() + held()
        for changeset in changesets where memory[changeset.id] == nil {
            memory[changeset.id] = ChangesetHeader(changeset.header).map {
                Noted(author: $0.node, changes: Self.changes(of: changeset))
            }
        }
        return Set(changesets.map(\.id))
    }

    /// What is acknowledged and not sealed.
    func pending() throws -> Set<Change> {
        let board = board.id
        return try query("SELECT kind, timestamp, salt, bytes FROM pending") { row in
            let (kind, bytes) = (UInt16(row[0] as Int64), Array(row[3] as Data))
            let timestamp = HybridTimestamp(rawValue: UInt64(row[1] as Int64))
            // A vote waits as idea ‖ member ‖ ballot.
            if kind == 1, bytes.count == 23, let idea = IdeaID(bytes.prefix(10)),
                let member = MemberID(bytes.dropFirst(10).prefix(12)),
                let vote = Vote(rawValue: bytes[22])
            {
                return Change(timestamp, by: member, .vote(idea, vote))
            }
            let slot = Slot(
                kind: kind, timestamp: timestamp, changeCount: 1,
                content: (row[2] as Data?).map { .salted(bytes, salt: Array($0)) } ?? .plain(bytes))
            return slot.singleChange(on: board)
        }
    }

    /// How far it looks into the future.
    func horizon() throws -> Milliseconds {
        let found = try query("SELECT horizon FROM state") { $0[0] as Int64? }
        return Milliseconds(clamping: found.first ?? 0)
    }

    /// What it has beside its log.
    func held() throws -> Set<SealedChangeset> {
        try query("SELECT header, payload, signature FROM held") { row in
            SealedChangeset(
                header: Array(row[0] as Data), payload: Array(row[1] as Data),
                signature: Array(row[2] as Data))
        }
    }

    private func query<Value: Hashable>(_ sql: String, _ value: (Row) -> Value?) throws
        -> Set<Value>
    {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { Set(try Row.fetchAll($0, sql: sql).compactMap(value)) }
    }

    /// Runs SQL behind the board's back.
    func tamper(_ sql: String, _ arguments: StatementArguments = []) throws {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        try queue.write { try $0.execute(sql: sql, arguments: arguments) }
    }

    private static func changes(of changeset: SealedChangeset) -> [Change] {
        let header = ChangesetHeader(changeset.header)
        let board = header?.isFounding == true ? changeset.id : header?.board
        let opened = try? changeset.open(board: board, verifyingSignature: false)
        return (opened?.slots ?? []).flatMap { slot -> [Change] in
            switch slot.content {
            case .votes(let block): block.votes.map(\.change)
            case .change(let change): [change]
            default: []
            }
        }
    }
}
