import CommunisCore
import CommunisLog
import Foundation
import GRDB

/// What `verify` found.
package struct VerificationReport: Sendable {
    package var changesets = 0
    package var changes = 0
    /// How many changesets wait outside the log: their node has no role, or they lack a text.
    package var held = 0
    package var parked = 0
    /// The check value of the set of changesets.
    package var fingerprint = ""
    package var horizon = Milliseconds(unchecked: 0)
    package var viewVersion = BoardState.currentViewVersion
    /// The digest of the view.
    package var view = ""
    /// What differs between what is stored and what follows from the log; empty if all is well.
    package var differences: [Phrase] = []

    package var isSound: Bool { differences.isEmpty }
}

extension Board {
    /// Seals what is pending, verifies every changeset again, computes the view anew from the log
    /// beside the stored one, and compares. Neither the log nor the view is changed.
    ///
    /// - Parameter progress: called with (changesets done, all changesets).
    package func verify(progress: (Int, Int) -> Void = { _, _ in }) throws(BoardError)
        -> VerificationReport
    {
        // First: in a file whose pages are wrong nothing else may come to an end.
        if let fault = try read({ try BoardDefences.fault(in: $0) }) {
            var report = VerificationReport()
            report.differences.append("the file: \(fault)")
            return report
        }
        if !isReadOnly { try sealPending() }
        return try read { database in
            let scratch = try DatabaseQueue(configuration: Self.configuration(environment))
            try Self.migrate(scratch, path, environment)
            return try scratch.writeWithoutTransaction { recomputed in
                try verify(database, recomputed, progress)
            }
        }
    }

    private func verify(
        _ database: Database, _ recomputed: Database, _ progress: (Int, Int) -> Void
    ) throws -> VerificationReport {
        var report = VerificationReport()
        let state = try BoardState.load(database)
        try recompute(database, into: recomputed, state, &report, progress)
        try checkRoles(database, state, &report)
        if try !LogRangeWriter.isSound(database) {
            report.differences.append("the ranges of the log are not those of the changesets")
        }
        report.held = Int(try database.integer("SELECT count(*) FROM held") ?? 0)

        report.fingerprint = state.check.hexadecimal
        report.horizon = state.time.horizon.moment
        report.viewVersion = state.viewVersion
        let stored = try ViewDigest.digests(database)
        let expected = try ViewDigest.digests(recomputed)
        report.view = Hexadecimal.encode(ViewDigest.combine(stored))
        for (part, digest) in expected.sorted(by: { $0.key < $1.key }) where stored[part] != digest
        {
            report.differences.append("the view's part “\(part)” is not that of the log")
        }
        return report
    }

    /// Verifies every changeset, then folds the log and what is pending into an empty view.
    private func recompute(
        _ database: Database, into recomputed: Database, _ state: BoardState,
        _ report: inout VerificationReport, _ progress: (Int, Int) -> Void
    ) throws {
        let total = Int(try database.integer("SELECT count(*) FROM changeset") ?? 0)
        var check = CheckValue()
        var damaged: Set<Int64> = []
        var verdicts: [Int64: (stored: Verdict, now: Verdict)] = [:]
        var emptied: [(arrival: Int64, id: ChangesetID, slot: UInt32)] = []
        try recomputed.inTransaction {
            try state.save(recomputed)
            try database.forEachChangeset { row in
                do throws(Refusal) {
                    let changeset = try row.sealed.open(board: id)
                    report.changes += Int(changeset.header.changeCount)
                    check.insert(changeset.id)
                    if changeset.header.isFounding && changeset.header.node != state.founder {
                        report.differences.append(
                            "this copy was told a founder who did not found the board")
                    }
                    for (slot, content) in zip(UInt32(0)..., changeset.slots.map(\.content)) {
                        if case .erased = content {
                            emptied.append((row.arrival, changeset.id, slot))
                        }
                    }
                } catch {
                    report.differences.append(
                        "changeset \(row.arrival) does not verify (\(error.rawValue))")
                    damaged.insert(row.arrival)
                }
                try copyAuthor(row, to: recomputed)
                report.changesets += 1
                if report.changesets.isMultiple(of: 64) { progress(report.changesets, total) }
            }
            try ViewRebuild.fold(
                database, into: recomputed, state: state, excluding: damaged, isSearched: false
            ) {
                verdicts[$0.arrival] = ($0.verdict, $1)
            }
            for slot in emptied
            where try !recomputed.erasedSlots(of: slot.id).contains(slot.slot) {
                report.differences.append(
                    "changeset \(slot.arrival) lacks the text of slot \(slot.slot), which nothing erased"
                )
            }
            return .commit
        }
        progress(total, total)
        report.parked = verdicts.values.filter { $0.now == .parked }.count
        for (arrival, verdict) in verdicts.sorted(by: { $0.key < $1.key })
        where verdict.stored != verdict.now {
            report.differences.append(
                "changeset \(arrival) is \(verdict.stored.words) and should be \(verdict.now.words)"
            )
        }
        if check != state.check {
            report.differences.append("the check value is not that of the changesets")
        }
    }

    /// Judges every changeset anew, from what the log says of roles.
    private func checkRoles(
        _ database: Database, _ state: BoardState, _ report: inout VerificationReport
    ) throws {
        // What does not open was told already, and is no ground to judge by.
        guard report.differences.isEmpty else { return }
        let audit = try RoleAudit(database, state: state)
        let rows = try Row.fetchCursor(
            database, sql: "SELECT arrival, id, node, role FROM changeset ORDER BY arrival")
        while let row = try rows.next() {
            let id: ChangesetID = try row.identifier(1)
            let arrival: Int64 = try row[0]
            if !audit.isMember(id, by: try row[2]) {
                report.differences.append("changeset \(arrival) is of a node without a role")
            } else if try Int64(audit.role(of: id, by: try row[2]).rawValue) != row[3] as Int64 {
                report.differences.append("changeset \(arrival) is judged by a wrong role")
            }
        }
    }

    /// The view's ties are decided by who made a changeset: the copy has to know, without the
    /// payloads.
    private func copyAuthor(_ row: ChangesetRow, to recomputed: Database) throws {
        guard let header = ChangesetHeader(row.sealed.header) else { return }
        try recomputed.run(
            """
            INSERT INTO changeset(arrival, timestamp, id, node, verdict, role, header, payload,
                signature)
            VALUES(?, ?, ?, ?, ?, ?, x'', x'', x'')
            """,
            row.arrival, header.timestamp.column, row.sealed.id.data,
            try ViewWriter.nodeKey(header.node, recomputed), row.verdict.rawValue,
            Int64(row.role?.rawValue ?? 0))
    }
}
