import CommunisCore
import CommunisLog
import CommunisStore

/// Takes in what a peer has that is only read, as a board file of another account: nothing is sent
/// there, and nothing is signed there.
struct SyncReading {
    private let board: Board
    private let transport: any SyncTransport
    private let address: String
    private let now: Milliseconds
    private var report = SyncReport()
    private var held: Set<ChangesetID> = []

    init(_ board: Board, over transport: any SyncTransport, address: String, now: Milliseconds) {
        self.board = board
        self.transport = transport
        self.address = address
        self.now = now
        report.isOneWay = true
    }

    /// - Parameter progress: called with the share of the peer's log that is here, 0 to 1.
    mutating func run(_ progress: (Double) -> Void) throws(BoardError) -> SyncReport {
        do {
            return try read(progress)
        } catch let error as BoardError {
            throw error
        } catch let fault as SyncFault {
            throw fault.boardError(address)
        } catch {
            throw BoardError(.fault, "sync stopped: \(error)", "please report this")
        }
    }

    private mutating func read(_ progress: (Double) -> Void) throws -> SyncReport {
        let isEmpty = try board.snapshot().lastArrival == 0
        let hello = try ask(.hello, as: board.node)
        guard case .hello(let last) = hello.body else { throw SyncFault.unexpectedAnswer }
        let peer = try board.peer(at: address, node: hello.node)
        // What a restored copy lost may be there: what waits here comes after it.
        try board.sealPending(after: last)
        report.mode = isEmpty ? .clone : .cursor
        var store = peer.store.flatMap { $0.isEmpty ? nil : $0 }
        var cursors = CursorMove(
            peer: peer.key, store: store ?? [], received: store == nil ? 0 : peer.received,
            sent: nil, at: now)
        while true {
            // Asked as nobody, it leaves out nothing that it once had from this copy, which may have
            // lost it.
            let answer = try ask(
                .exchange(
                    SyncRequest.Exchange(changesets: [], store: store, cursor: cursors.received)),
                as: .zero)
            switch answer.body {
            case .unknownCursor where store != nil:
                // Another file than before: from its beginning.
                store = nil
                cursors.received = 0
                report.mode = .repair
            case .exchanged(let page):
                guard page.isComplete || page.cursor > cursors.received,
                    page.cursor <= answer.snapshot.lastArrival
                else { throw SyncFault.unexpectedAnswer }
                store = answer.snapshot.store
                (cursors.store, cursors.received) = (answer.snapshot.store, page.cursor)
                let merged = try merge(page.changesets, cursors)
                progress(Double(page.cursor) / Double(max(1, answer.snapshot.lastArrival)))
                guard page.isComplete else { continue }
                report.isEqual = merged.check.digest == answer.snapshot.digest
                report.unsealedThere = try transport.unsealedCount
                if report.isEqual { report.endsRestore = try board.noteWhole() }
                return report
            default:
                throw SyncFault.unexpectedAnswer
            }
        }
    }

    private mutating func ask(_ body: SyncRequest.Body, as node: NodeID) throws -> SyncAnswer {
        report.roundTrips += 1
        let answer = try transport.ask(SyncRequest(board: board.id, node: node, body: body))
        guard answer.board == board.id else { throw SyncFault.otherBoard }
        if case .failed(let failed) = answer.body { throw SyncFault.failed(failed) }
        return answer
    }

    private mutating func merge(_ changesets: [SealedChangeset], _ cursors: CursorMove) throws
        -> MergeReport
    {
        let merged = try board.merge(changesets, from: cursors.peer, moving: cursors)
        report.received.count(changesets)
        report.refused.merge(merged.refused, uniquingKeysWith: +)
        report.parked += merged.verdicts[.parked] ?? 0
        held = held.union(merged.held.subtracting(merged.lackingText))
            .subtracting(merged.inserted)
        report.held = held.count
        return merged
    }
}
