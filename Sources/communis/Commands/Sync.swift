import ArgumentParser
import CommunisCore
import CommunisExchange
import CommunisLog
import CommunisStore
import CommunisSync

struct Sync: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: say("Sync with other copies of the board."),
        discussion: sayFlowing(
            """
            Both copies end with the same ideas and votes. A copy that you name is remembered;
            without a name, all remembered copies are synced with. Over ssh, communis has to be
            installed there too.

            EXAMPLES
              communis sync ../office/communis.sqlite
              communis sync ssh://office.example.org/srv/board/communis.sqlite
              communis sync https://ideas.example.org
              communis sync
            """))

    @Argument(help: .say("Paths or addresses of other copies."), completion: .file())
    var peers: [String] = []

    @OptionGroup var certificates: CertificateOption
    @OptionGroup var board: BoardOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let board = try board.open()
        let addresses = try peers.isEmpty ? board.peers().map(\.address) : peers
        guard !addresses.isEmpty else {
            throw Failure(
                Failure.usage, "no copy is remembered yet", "name one: communis sync PATH")
        }
        var entries: [Entry] = []
        var failures: [Failure] = []
        for text in addresses {
            do {
                let record: SyncRecord
                do {
                    record = try sync(board, text)
                } catch {
                    entries.append(.failed(PeerAddress.name(of: text), Failure(error)))
                    throw error
                }
                entries.append(.done(record))
                if !output.json {
                    // What is known of the nodes is read from the whole log: only where it is told.
                    record.print(own: record.heldThere > 0 ? try board.ownNode() : nil)
                }
                try record.check()
            } catch {
                let failure = Failure(error)
                if !failure.message.isEmpty { Terminal.error(failure.message) }
                failures.append(failure)
            }
        }
        if output.json { Terminal.write(try JSONOutput.encode(entries)) }
        if try board.hasNewFork() {
            Terminal.warning(
                """
                another copy wrote with this copy's key, as after a file was copied by hand; \
                nothing is lost, but if it still does, run `communis node rename --new-key` at one \
                of the two
                """)
        }
        if let failure = failures.first { throw Failure(said: failure.exitCode) }
    }

    /// What `--json` reports of one peer.
    private enum Entry: Encodable {
        case done(SyncRecord)
        /// It could not be reached, or the sync was cut off.
        case failed(String, Failure)

        private struct Failed: Encodable {
            var peer, error: String
            var exitCode: Int32
        }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .done(let record): try record.encode(to: encoder)
            case .failed(let peer, let failure):
                try Failed(peer: peer, error: failure.message, exitCode: failure.exitCode)
                    .encode(to: encoder)
            }
        }
    }

    private func sync(_ board: Board, _ text: String) throws -> SyncRecord {
        let address = try PeerAddress(text)
        let bar = ProgressBar()
        defer { bar.end() }
        let transport = try address.transport(
            for: board, authority: certificates.authority, changed: { SyncRecord.warn($0, address) }
        )
        // Also where the sync is cut off after the peer was remembered.
        defer { try? address.remember(authority: certificates.authority, in: board) }
        let start = ContinuousClock.now
        let report = try SyncDriver.run(
            board, over: transport, address: address.name, now: BoardEnvironment.system.now()
        ) { bar.show("Syncing", $0) }
        return SyncRecord(address.name, report, ContinuousClock.now - start)
    }
}

/// A sync as `--json` reports it.
struct SyncRecord: Encodable {
    struct Traffic: Encodable {
        var changesets, changes, bytes: Int

        init(_ traffic: SyncTraffic) {
            changesets = traffic.changesets
            changes = traffic.changes
            bytes = traffic.bytes
        }
    }

    var peer, mode: String
    var roundTrips: Int
    var sent, received: Traffic
    /// Of messages of reconciliation, both ways.
    var reconciliationBytes: Int
    var equal: Bool
    /// Whether the other copy was only read, since it is not this account's own.
    var oneWay: Bool
    /// How many changes of such a copy are not here, since only its own account can seal them.
    var unsealedThere: Int
    /// Whether this copy was restored from a backup and has what it lost with this sync.
    var restored: Bool
    var seconds: Double
    var held, heldThere, parked, restamped: Int
    /// By how much this computer's clock is behind a steward's copy; negative if it is ahead.
    var clockOffsetSeconds: Double?
    /// What was refused, by reason.
    var refused: [String: Int]

    init(_ peer: String, _ report: SyncReport, _ duration: Duration) {
        self.peer = peer
        mode = report.mode.rawValue
        roundTrips = report.roundTrips
        sent = Traffic(report.sent)
        received = Traffic(report.received)
        reconciliationBytes = report.reconciliationBytes
        equal = report.isEqual
        oneWay = report.isOneWay
        unsealedThere = report.unsealedThere
        restored = report.endsRestore
        seconds = Double(duration.milliseconds) / 1000
        held = report.held
        heldThere = report.heldThere
        parked = report.parked
        restamped = report.restamped
        clockOffsetSeconds = report.clockOffset.map { Double($0.milliseconds) / 1000 }
        refused = Dictionary(
            uniqueKeysWithValues: report.refused.map { ($0.key.rawValue, $0.value) })
    }

    /// - Parameter own: what is known of this copy's node; needed where the peer holds something.
    func print(own: NodeRow?) {
        let moved = sent.changesets + received.changesets
        Terminal.line(
            moved == 0
                ? "\(peer.printable): nothing new"
                : equal
                    ? """
                    \(peer.printable): sent \(sent.changes, "change", "changes"), received \
                    \(received.changes), now equal
                    """
                    : """
                    \(peer.printable): sent \(sent.changes, "change", "changes"), received \
                    \(received.changes)
                    """)
        if oneWay, !equal {
            Terminal.warning(
                """
                \(peer.printable) was only read, since it is not this account's alone: what is new \
                here is not there
                """)
        }
        warnOfUnsealed()
        if restored {
            Terminal.warning(
                """
                this copy was put back from a backup; what it had written after that is here again, \
                as far as \(peer.printable) has it
                """)
        }
        if heldThere > 0, let own, own.role < .contributor {
            Terminal.warning(
                own.hasLostRole
                    ? """
                    \(heldThere, "changeset", "changesets") of this copy held there without effect: \
                    its role was taken away. A role given later does not bring them back
                    """
                    : """
                    \(heldThere, "changeset", "changesets") of this copy held there, since it has \
                    no role; ask a steward to run `communis node admit`
                    """)
        }
        Self.warn(held: held, parked: parked)
        warnOfClock()
    }

    func warnOfClock() {
        guard let clockOffsetSeconds else { return }
        let span = Terminal.span(.seconds(abs(clockOffsetSeconds)))
        let what: Phrase =
            clockOffsetSeconds < 0
            ? "this computer's clock is \(span) ahead of the one at \(peer.printable); set it"
            : "this computer's clock is \(span) behind the one at \(peer.printable); set it"
        let dated: Phrase = "\(restamped, "change was", "changes were") dated anew by that one"
        Terminal.warning(restamped == 0 ? what : "\(what), and \(dated)")
    }

    /// Another copy than before was believed, since it writes on this board.
    static func warn(_ node: NodeID, _ address: PeerAddress) {
        Terminal.warning(
            """
            another copy than before answers at \(address.name.printable): \(node.shortName); it \
            may write on this board
            """)
    }

    static func warn(held: Int, parked: Int) {
        if held > 0 {
            Terminal.warning(
                """
                \(held, "changeset", "changesets") held outside the board: their copy has no role; \
                see `communis node list`
                """)
        }
        if parked > 0 {
            Terminal.warning(
                """
                \(parked, "changeset", "changesets") from the future, by a clock that is wrong; \
                they are kept and shown when their time comes
                """)
        }
    }

    /// - Parameter advice: where something was refused that no correct copy holds.
    static func check(refused: [String: Int], _ advice: Phrase) throws {
        guard !refused.isEmpty else { return }
        let reasons = refused.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        let isFull = refused.keys.allSatisfy { $0 == Refusal.noRoom.rawValue }
        throw Failure(
            Failure.data,
            "changesets were refused (\(reasons.joined(separator: ", "))), the rest was merged",
            isFull
                ? """
                too much waits here: sync again; if that does not help, admit copies that \
                `communis node list` shows
                """
                : advice)
    }

    func warnOfUnsealed() {
        guard unsealedThere > 0 else { return }
        Terminal.warning(
            """
            \(unsealedThere, "change", "changes") of \(peer.printable) not here yet: sealed by the \
            next sync or `communis verify` of the account that the board belongs to
            """)
    }

    /// Refused changesets are a fault at the peer, told after all the rest was merged.
    func check() throws {
        try Self.check(refused: refused, "run `communis verify` on both copies")
        if !equal, !oneWay {
            throw Failure(
                Failure.temporary, "the copies are not equal yet", "sync again in a moment")
        }
    }
}
