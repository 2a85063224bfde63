import CommunisCore

/// What the nodes of a simulation were given and lost, by those who gave and took it: so it is known
/// whose word has to hold at the end, whatever happened.
struct SimulatedTrust {
    /// What one node erased of a changeset.
    struct Erasure: Hashable {
        var author: NodeID
        var target: ChangesetID
    }

    private let founder: NodeID
    /// The greatest role that each was ever given.
    private var greatest: [NodeID: Role] = [:]
    private var fallen: Set<NodeID> = []
    /// By whose word each came to write.
    private var admitters: [NodeID: Set<NodeID>] = [:]
    private var secured: Set<Erasure> = []

    init(founder: NodeID) { self.founder = founder }

    /// Notes that a node was given a role.
    ///
    /// - Parameters:
    ///   - before: what it was by the log of the one who gave it.
    ///   - isCut: whether a part of what it sealed lost its effect.
    ///   - erasures: those of the node that the one who took its role sees to, since it knows them.
    mutating func note(
        _ role: Role, of node: NodeID, by officer: NodeID, before: Role, isCut: Bool = false,
        securing erasures: Set<Erasure> = []
    ) {
        if isCut || role < greatest[node] ?? .none {
            fallen.insert(node)
            secured.formUnion(erasures)
        }
        if before < .contributor && role >= .contributor {
            admitters[node, default: []].insert(officer)
        }
        greatest[node] = max(greatest[node] ?? .none, role)
    }

    /// Whether a node never lost anything, nor did those by whose word it writes.
    func isHonest(_ node: NodeID) -> Bool {
        var asked: Set<NodeID> = [founder]
        var open = [node]
        while let next = open.popLast() {
            guard asked.insert(next).inserted else { continue }
            guard !fallen.contains(next), greatest[next] ?? .none >= .contributor else {
                return false
            }
            open += admitters[next] ?? []
        }
        return true
    }

    /// Notes what was lost with a disk: whom it gave a role may have had no other word for it.
    mutating func noteLost(_ changes: Set<Change>) {
        for change in changes {
            if case .node(let node, .role) = change.content { fallen.insert(node) }
        }
    }

    /// Notes that the one who sees to erasures was restored, and may not know of them any more.
    mutating func forgetSecured() { secured = [] }

    /// Whether an erasure holds whatever became of its author.
    func isSecured(_ erasure: Erasure) -> Bool {
        isHonest(erasure.author) || secured.contains(erasure)
    }
}
