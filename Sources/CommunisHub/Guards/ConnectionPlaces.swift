import CommunisCore

/// Which connections stay where there are as many as may be. Half of them are for nodes with a role,
/// once they have shown by a request who they are; the others for who has not. In each half whoever has
/// most, a node or an address, loses its oldest to one that comes.
struct ConnectionPlaces: Sendable {
    let strangers: FairPlaces<CallerAddress>
    let nodes: FairPlaces<NodeID>

    /// - Parameter count: how many connections are accepted at a time. Some of them are left for those
    ///   that come before the ones that make room are gone.
    init(_ count: Int) {
        let half = (count - max(1, count / 50)) / 2
        strangers = FairPlaces(half)
        nodes = FairPlaces(half)
    }

    /// One connection's place.
    enum Place {
        case stranger(FairPlaces<CallerAddress>.Place)
        case node(NodeID, FairPlaces<NodeID>.Place)
    }

    func enter(_ address: CallerAddress, evict: @escaping @Sendable () -> Void) -> Place {
        .stranger(strangers.enter(address, evict: evict))
    }

    /// Moves a connection to its node's.
    func move(_ place: Place, to node: NodeID, evict: @escaping @Sendable () -> Void) -> Place {
        if case .node(node, _) = place { return place }
        leave(place)
        return .node(node, nodes.enter(node, evict: evict))
    }

    func leave(_ place: Place) {
        switch place {
        case .stranger(let place): strangers.leave(place)
        case .node(_, let place): nodes.leave(place)
        }
    }
}
