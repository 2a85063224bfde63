import CommunisCore
import CommunisExchange
import CommunisLog
import CommunisStore
import CommunisSync
import CommunisTestSupport
import Crypto
import Foundation

/// What reads bytes of strangers, each by the name of its folder in `fuzz/`.
///
/// An input must be read or refused with an error; a trap, a hang or endless memory is a find. What is
/// read is written and read again: that must give the same.
enum Decoder: String {
    case request, answer, changeset, reconciliation, bundle, csv
    case signature, board

    func run(_ input: [UInt8]) {
        switch self {
        case .request:
            guard let request = try? SyncWire.decodeRequest(input) else { return }
            expectSame(try? SyncWire.decodeRequest(SyncWire.encode(request)), request)
        case .answer:
            guard let answer = try? SyncWire.decodeAnswer(input) else { return }
            expectSame(try? SyncWire.decodeAnswer(SyncWire.encode(answer)), answer)
        case .changeset: Self.open(input)
        case .reconciliation:
            // Nothing to compare with, and more than one range of.
            for items in [[], Samples.positions] { Self.reconcile(items, input) }
        case .bundle: Self.bundle(input)
        case .csv: Self.csv(input)
        case .signature: Self.signature(input)
        case .board: BoardFile.run(input)
        }
    }

    private func expectSame<Value: Equatable>(_ again: Value?, _ value: Value) {
        precondition(again == value, "written and read again it is another")
    }

    /// The first bytes are the header, what follows the payload. The root is put right and the signature
    /// not asked, so that what lies behind them is reached.
    private static func open(_ input: [UInt8]) {
        let size = Samples.header.count
        let header = input.count < size ? Samples.header : Array(input.prefix(size))
        let payload = input.count < size ? input : Array(input.dropFirst(size))
        guard var parsed = ChangesetHeader(header), let slots = [Slot](payload: payload) else {
            _ = try? unsigned(header, payload).open(board: nil, verifyingSignature: false)
            return
        }
        parsed.root = slots.root
        let sealed = unsigned(parsed.bytes, payload)
        let board = parsed.isFounding ? sealed.id : parsed.board
        guard let opened = try? sealed.open(board: board, verifyingSignature: false) else { return }
        for (slot, read) in zip(slots, opened.slots) where slot.isClosed { checkForm(slot, read) }

        // Whoever never saw what is erased comes to the same verdict as who did.
        let numbers = zip(UInt32(0)..., slots).filter { !$0.1.isClosed }.map(\.0)
        let gone = unsigned(parsed.bytes, slots.map { $0.isClosed ? $0 : $0.erased }.payload)
        guard let again = try? gone.open(board: board, verifyingSignature: false) else { return }
        let erased = Set(numbers)
        precondition(
            again.judgement(erased: erased) == opened.judgement(erased: erased),
            "erased it is judged otherwise")
    }

    private static func unsigned(_ header: [UInt8], _ payload: [UInt8]) -> SealedChangeset {
        SealedChangeset(
            header: header, payload: payload, signature: [UInt8](repeating: 0, count: 64))
    }

    /// What cannot be erased holds nothing besides what was read of it.
    private static func checkForm(_ slot: Slot, _ read: OpenedSlot) {
        switch read.content {
        case .change(let change):
            precondition(change.slot(salt: []) == slot, "a change has two forms")
        case .votes(let block):
            precondition(slot.content == .plain(block.bytes), "votes have two forms")
        case .erased, .unknown, .invalid:
            preconditionFailure("a slot of a closed kind was taken that is not read")
        }
    }

    private static func reconcile(_ items: [LogPosition], _ input: [UInt8]) {
        let limit = 4_096
        let side = Negentropy(ReconciliationArray(items), frameLimit: limit)
        let room = 10
        if let step = try? side.reconcile(input, room: room) {
            // Ids that the other side names leave as much room more.
            precondition(
                step.have.count <= room + input.count / 32, "more is told than was wanted")
            precondition(step.message?.count ?? 0 <= limit, "a message is longer than it may be")
        }
        guard let answer = try? side.answer(input), answer.count > 1 else { return }
        precondition(answer.count <= limit, "an answer is longer than it may be")
        do {
            _ = try side.reconcile(answer)
        } catch {
            preconditionFailure("what this side answers, it cannot read: \(error)")
        }
    }

    /// A bundle of the board with these records, and the digest that belongs to them.
    private static func bundle(_ input: [UInt8]) {
        let body = Array("communis bundle 1\n".utf8) + Samples.boards.founder.id.bytes + input
        Samples.write(body + Array(SHA256.hash(data: body)))
        _ = try? BundleReader.apply(Samples.path, to: Samples.boards.founder)
    }

    private static func csv(_ input: [UInt8]) {
        Samples.write(input)
        guard var reader = try? CSVReader(path: Samples.path, file: "fuzz.csv") else { return }
        // An error ends the file.
        while let row = (try? reader.next()) ?? nil {
            for cell in row {
                precondition(CSVWriter.unguarded(CSVWriter.guarded(cell)) == cell)
            }
        }
    }

    private static func signature(_ input: [UInt8]) {
        let header = String(decoding: input, as: UTF8.self)
        if let request = SignedRequest(header: header) {
            _ = request.isSigned("POST", "/sync/v1")
        }
        _ = SignedAnswer(header: header)
    }
}

/// What the decoders are run on.
enum Samples {
    nonisolated(unsafe) static let boards: TestBoards = {
        do { return try TestBoards() } catch { fatalError("no board to fuzz with: \(error)") }
    }()
    /// A log of 300 changesets, some at the same moment.
    static let positions: [LogPosition] = {
        var generator = SeededGenerator(seed: 300)
        return (0..<300).map { index in
            LogPosition(
                timestamp: HybridTimestamp(rawValue: UInt64(index / 3) << 16),
                id: ChangesetID(truncating: generator.bytes(ChangesetID.byteCount)))
        }
    }()
    static let header: [UInt8] = (try? boards.founding().first?.header) ?? []
    static let path = boards.folder.file("input")

    static func write(_ bytes: [UInt8]) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        } catch {
            fatalError("no file to fuzz with: \(error)")
        }
    }
}
