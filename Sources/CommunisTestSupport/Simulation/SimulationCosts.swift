import CommunisCore
import CommunisSync

/// What a sync may cost, by docs/sync.md, whatever else befalls the copies.
extension Simulation {
    /// What is known of two copies before one calls the other.
    struct Standing {
        var caller: Set<ChangesetID>
        var peer: Set<ChangesetID>
        /// Whether the caller has to ask before it seals anything.
        var isCautious: Bool
        /// Whether the caller holds what a merge may let in, which the peer may lack then.
        var holds: Bool
        /// What both had when they last met and were equal; `nil` where they never were.
        var common: Set<ChangesetID>?
    }

    func standing(_ caller: SimulatedNode, _ peer: SimulatedNode) throws -> Standing {
        Standing(
            caller: try caller.ids(), peer: try peer.ids(),
            isCautious: try caller.board.doubtsClock() || caller.board.isRestored(),
            holds: try !caller.held().isEmpty, common: common[[caller.name, peer.name]])
    }

    /// A report tells what its messages held, to the byte; only a repair reconciles; and nobody's time
    /// is believed who is not known to have said it.
    func expectReport(_ report: SyncReport, _ traffic: SimulatedTraffic) throws {
        guard report.roundTrips == traffic.roundTrips, report.sent == traffic.sent,
            report.received == traffic.received,
            report.reconciliationBytes == traffic.reconciliationBytes
        else {
            throw failure(
                """
                the report tells \(report), and the messages held \(traffic.roundTrips) round \
                trips, \(traffic.sent), \(traffic.received), \(traffic.reconciliationBytes) bytes \
                of reconciliation
                """)
        }
        guard (report.mode == .repair) == (report.reconciliationBytes > 0) else {
            throw failure("\(report.reconciliationBytes) bytes reconciled by \(report.mode)")
        }
        guard network.isHonest || report.clockOffset == nil && report.restamped == 0 else {
            throw failure("a liar's time was believed")
        }
        // A liar's answer is not the one that was on the wire.
        guard traffic.overhead <= Self.overheadLimit || weather.hostile else {
            throw failure("an exchange took \(traffic.overhead) bytes beside its changesets")
        }
    }

    /// Where nothing befell two copies that had met and were equal, their cursors are right.
    func expectNoRepair(_ report: SyncReport, _ pair: [String]) throws {
        guard weather.isQuiet, common[pair] != nil, report.mode == .repair else { return }
        throw failure("\(pair) had met, and needed a repair")
    }

    /// Who asks, whom, and what both logs hold: the bound of `SyncCostTests`.
    private static let overheadLimit = 512

    /// - Parameter log: what both have after it.
    func expectCost(
        _ report: SyncReport, _ traffic: SimulatedTraffic, from before: Standing,
        to log: Set<ChangesetID>
    ) throws {
        // A liar may have any cost brought about, up to the limits of a session.
        if weather.hostile { return }
        switch report.mode {
        case .cursor, .clone: try expectNews(report, traffic, from: before, to: log)
        case .repair: try expectRepair(report, traffic, from: before, to: log)
        }
    }

    /// What a sync moved is what is new since these two met, whatever else the board holds.
    private func expectNews(
        _ report: SyncReport, _ traffic: SimulatedTraffic, from before: Standing,
        to log: Set<ChangesetID>
    ) throws {
        let least = before.isCautious ? 2 : 1
        // Every page but the last of either side holds something.
        let most =
            (weather.smallPages
                ? least + traffic.sent.changesets + traffic.received.changesets : least)
            + (before.holds ? 1 : 0)
        if report.mode == .cursor && !(least...most).contains(report.roundTrips) {
            throw failure("news took \(report.roundTrips) round trips, and \(least) to \(most) do")
        }
        guard weather.isQuiet else { return }
        let news = log.subtracting(before.common ?? [])
        for (ids, count) in [
            (traffic.sentIDs, traffic.sent.changesets),
            (traffic.receivedIDs, traffic.received.changesets),
        ] where !ids.isSubset(of: news) || ids.count < count {
            throw failure(
                "\(count) changesets moved one way, \(ids.subtracting(news).count) of them not new")
        }
    }

    /// A repair moves what one side lacks, and what it takes to find that grows with the difference.
    private func expectRepair(
        _ report: SyncReport, _ traffic: SimulatedTraffic, from before: Standing,
        to log: Set<ChangesetID>
    ) throws {
        if !weather.smallPages && report.roundTrips > 6 {
            throw failure("a repair took \(report.roundTrips) round trips")
        }
        // Where roles come and go, changesets leave logs meanwhile.
        guard !weather.judges else { return }
        let needless =
            traffic.pushed.intersection(before.peer).count
            + traffic.fetched.intersection(before.caller).count
        guard needless == 0 else {
            throw failure("a repair moved \(needless) changesets that were there already")
        }
        let limit = Self.reconciliationLimit(
            of: log.count,
            differing: before.caller.symmetricDifference(before.peer).count
                + log.subtracting(before.caller).subtracting(before.peer).count)
        guard report.reconciliationBytes <= limit || weather.smallPages else {
            throw failure("\(report.reconciliationBytes) bytes of reconciliation, and \(limit) do")
        }
    }

    /// How many bytes tell two logs of up to 511 changesets apart: one message and its answer where
    /// the caller's is below 32, and else sixteen fingerprints, of which those that differ are
    /// answered by the ids below them (`NegentropyRules`). An id has 32 bytes, a fingerprint with its
    /// bound 60 at most.
    private static func reconciliationLimit(of count: Int, differing difference: Int) -> Int {
        let buckets = 16
        let inBucket = (count + buckets - 1) / buckets
        return 2_200 + min(difference, buckets) * (200 + 64 * inBucket) + 160 * difference
    }
}
