import Synchronization

/// So many places, and always one for who comes: where all are taken, whoever has most of them gives up
/// the one that was taken first.
///
/// So nobody is kept out by others that hold places, however many: who holds them longest loses them
/// first, and a caller who holds one loses it after all that hold two.
final class FairPlaces<Owner: Hashable & Sendable>: Sendable {
    /// A place that was taken.
    struct Place: Hashable, Sendable {
        fileprivate let number: Int
    }

    fileprivate struct Taken {
        var owner: Owner
        var evict: @Sendable () -> Void
    }

    fileprivate struct Owned {
        var places = Line<Int>()
        var count = 0
        /// When it came to have so many.
        var since = 0
    }

    fileprivate struct State {
        var taken: [Int: Taken] = [:]
        var owners: [Owner: Owned] = [:]
        /// Those that have so many, in the order in which they came to.
        var byCount: [Int: (owners: Line<(owner: Owner, since: Int)>, count: Int)] = [:]
        var most = 0
        var steps = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(_ capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { state.withLock { $0.taken.count } }

    /// Takes a place.
    ///
    /// - Parameter evict: called at most once, from wherever another comes, when the place is lost. It
    ///   need not be left then.
    func enter(_ owner: Owner, evict: @escaping @Sendable () -> Void) -> Place {
        let (number, loser) = state.withLock { state in
            let loser = state.taken.count < capacity ? nil : state.evictFromMost()
            return (state.enter(owner, evict), loser)
        }
        loser?()
        return Place(number: number)
    }

    func leave(_ place: Place) { state.withLock { _ = $0.leave(place.number) } }
}

extension FairPlaces.State {
    mutating func enter(_ owner: Owner, _ evict: @escaping @Sendable () -> Void) -> Int {
        steps += 1
        let number = steps
        taken[number] = .init(owner: owner, evict: evict)
        owners[owner, default: .init()].places.append(number)
        count(owner, 1)
        return number
    }

    /// - Returns: what tells whoever had it; `nil` where it was left before.
    mutating func leave(_ number: Int) -> (@Sendable () -> Void)? {
        guard let place = taken.removeValue(forKey: number) else { return nil }
        count(place.owner, -1)
        return place.evict
    }

    mutating func evictFromMost() -> (@Sendable () -> Void)? {
        let owned = owners
        let first = byCount[most]?.owners.first { owned[$0.owner]?.since == $0.since }
        guard let owner = first?.owner else { return nil }
        return evictFirst(of: owner)
    }

    private mutating func evictFirst(of owner: Owner) -> (@Sendable () -> Void)? {
        let taken = taken
        guard let number = owners[owner]?.places.first(where: { taken[$0] != nil }) else {
            return nil
        }
        return leave(number)
    }

    private mutating func count(_ owner: Owner, _ change: Int) {
        guard var owned = owners[owner] else { return }
        let before = owned.count
        steps += 1
        owned.count += change
        owned.since = steps
        owners[owner] = owned.count == 0 ? nil : owned
        let taken = taken
        owners[owner]?.places.tidy(keeping: owned.count) { taken[$0] != nil }
        byCount[before]?.count -= 1
        if owned.count > 0 {
            byCount[owned.count, default: (Line(), 0)].owners.append((owner, steps))
            byCount[owned.count]?.count += 1
        }
        let owners = owners
        for count in [before, owned.count] {
            let rest = byCount[count]?.count ?? 0
            if rest == 0 { byCount[count] = nil }
            byCount[count]?.owners.tidy(keeping: rest) { owners[$0.owner]?.since == $0.since }
        }
        // Counts change by one: whoever had most still has most, or one less is the most now.
        most = max(most, owned.count)
        if byCount[most] == nil { most = max(0, most - 1) }
    }
}
