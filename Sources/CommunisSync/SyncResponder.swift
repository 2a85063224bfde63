import CommunisCore
import CommunisLog
import CommunisStore

/// The called side of a sync. It keeps nothing between requests.
package struct SyncResponder: Sendable {
    private let board: Board
    private let caller: NodeID

    package init(_ board: Board, caller: NodeID) {
        self.board = board
        self.caller = caller
    }

    package func answer(_ request: SyncRequest) throws(BoardError) -> SyncAnswer {
        switch request {
        case .changes(let request):
            return try changes(request)
        case .inventory:
            try board.sealPendingIfPermitted()
            let inventory = try board.inventory()
            return .inventory(inventory.positions, inventory.at)
        case .fetch(let positions):
            let found = try board.changesets(positions)
            return .changesets(found.changesets, taken: found.taken)
        case .push(let changesets):
            return .pushed(try board.merge(changesets, from: board.caller(caller)))
        }
    }

    private func changes(_ request: ChangesRequest) throws(BoardError) -> SyncAnswer {
        try board.sealPendingIfPermitted()
        let snapshot = try board.snapshot()
        // A cursor of a copy that was restored, replaced, or is somebody else's says nothing.
        let isKnown =
            request.store == nil
            ? request.cursor == 0
            : request.store == snapshot.store && request.cursor <= snapshot.lastArrival
        guard isKnown else { return .unknownCursor }
        var merge = MergeReport()
        if !request.changesets.isEmpty {
            merge = try board.merge(request.changesets, from: board.caller(caller))
        }
        return .changes(try board.page(after: request.cursor, excluding: caller), merge)
    }
}
