/// A disk that fails in the middle of a transaction, at one of the two copies that meet: a trigger
/// refuses some row, so that everything that was written before it has to be taken back.
enum SimulatedDisk: CaseIterable {
    case changesets, votes, state, cursors

    func `break`(_ caller: SimulatedNode, _ peer: SimulatedNode) throws {
        for node in [caller, peer] {
            try node.board.breakConnection(
                """
                CREATE TEMP TRIGGER disk_fails BEFORE \(event)
                BEGIN SELECT RAISE(ABORT, 'the disk fails'); END
                """)
        }
    }

    static func mend(_ caller: SimulatedNode, _ peer: SimulatedNode) throws {
        for node in [caller, peer] { try node.board.breakConnection("DROP TRIGGER disk_fails") }
    }

    private var event: String {
        switch self {
        case .changesets: "INSERT ON main.changeset WHEN substr(NEW.id, 1, 1) < x'60'"
        case .votes: "UPDATE ON main.vote WHEN NEW.member % 2 = 1"
        case .state: "INSERT ON main.state"
        case .cursors: "UPDATE ON main.peer"
        }
    }
}
