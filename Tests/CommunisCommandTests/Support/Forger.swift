import CommunisCore
import CommunisLog
import CommunisStore
import CommunisTestSupport
import Crypto
import Foundation
import Testing

/// A contributor that seals by hand what no program of ours would write, and gives it away in a
/// bundle: with the key, the secret and the chain of a copy that was cloned the ordinary way.
struct Forger {
    let folder: TestFolder
    let board: BoardID
    private let secret: BoardSecret
    private(set) var chain: NodeChain

    /// - Parameter copy: the copy's file, in the folder.
    init(_ folder: TestFolder, copy: String) throws {
        self.folder = folder
        var values: [Substring: [UInt8]] = [:]
        for line in try folder.read(copy + ".key").split(separator: "\n").dropFirst() {
            let words = line.split(separator: " ")
            values[words[0]] = Hexadecimal.decode(String(words[1]))
        }
        let key = try #require(values["node"].flatMap { NodeKey($0) })
        board = try #require(values["board"].flatMap { BoardID($0) })
        secret = try #require(values["secret"].flatMap { BoardSecret($0) })
        let file = try Board.open(folder.path(copy))
        defer { file.close() }
        let own = try file.page(after: 0, excluding: nil).changesets.compactMap { changeset in
            ChangesetHeader(changeset.header).map { ($0, changeset.id) }
        }.filter { $0.0.node == key.node }
        let last = own.max { $0.0.sequence < $1.0.sequence }
        chain = NodeChain(
            key: key, board: board,
            position: last.map { ChainPosition(sequence: $0.0.sequence, last: $0.1) } ?? .start)
    }

    var node: NodeID { chain.key.node }

    func member(_ who: String) -> MemberID { MemberID(.who, who, secret: secret) }

    /// A slot of a message that is written by hand.
    static func slot(
        kind: UInt16, _ message: [UInt8], at time: HybridTimestamp, changes: UInt32 = 1,
        isSalted: Bool = true, salt: UInt8 = 1
    ) -> Slot {
        Slot(
            kind: kind, timestamp: time, changeCount: changes,
            content: isSalted
                ? .salted(message, salt: Array(repeating: salt, count: Slot.saltByteCount))
                : .plain(message))
    }

    mutating func seal(_ slots: [Slot]) -> SealedChangeset { chain.seal(slots) }

    /// Seals slots and brings the changeset to a board, which takes the bundle.
    @discardableResult
    mutating func give(_ slots: [Slot], to copy: String = "communis.sqlite") throws
        -> SealedChangeset
    {
        let changeset = seal(slots)
        let outcome = try bring([changeset], to: copy)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return changeset
    }

    /// Brings changesets to a board in a bundle.
    func bring(_ changesets: [SealedChangeset], to copy: String = "communis.sqlite") throws
        -> Outcome
    {
        var bytes = Array("communis bundle 1\n".utf8) + board.bytes
        for changeset in changesets {
            let record =
                Wire.field(1, changeset.header) + Wire.field(2, changeset.payload)
                + Wire.field(3, changeset.signature)
            bytes.append(bigEndian: UInt32(record.count))
            bytes += record
        }
        bytes.append(bigEndian: UInt32(0))
        bytes.append(bigEndian: UInt64(changesets.count))
        bytes += SHA256.hash(data: bytes)
        try folder.write(Data(bytes), to: "forged.bundle")
        return try folder.run("bundle", "apply", "forged.bundle", "--json", "--board", copy)
    }
}

/// Protocol Buffers by hand (https://protobuf.dev/programming-guides/encoding/).
enum Wire {
    static func varint(_ value: UInt64) -> [UInt8] {
        var value = value
        var bytes: [UInt8] = []
        while value > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }

    static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
    }

    static func field(_ number: UInt64, _ text: String) -> [UInt8] {
        field(number, Array(text.utf8))
    }

    static func number(_ number: UInt64, _ value: UInt64) -> [UInt8] {
        varint(number << 3) + varint(value)
    }
}

extension HybridTimestamp {
    /// A moment so many seconds from now.
    static func now(_ seconds: Int64 = 0) -> HybridTimestamp {
        HybridTimestamp(BoardEnvironment.system.now().advanced(by: .seconds(seconds)))
    }
}
