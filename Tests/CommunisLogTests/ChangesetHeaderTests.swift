import CommunisCore
import CommunisLog
import CommunisTestSupport
import Testing

struct ChangesetHeaderTests {
    private let header = ChangesetHeader(
        board: filled(0x11), node: filled(0x22), sequence: 0x3031_3233_3435_3637,
        previous: filled(0x44), timestamp: HybridTimestamp(rawValue: 0x5051_5253_5455_5657),
        changeCount: 0x6061_6263, payloadSize: 0x7071_7273,
        root: [UInt8](repeating: 0x88, count: 32))

    @Test("The header has 153 bytes, each field at its place, integers big endian")
    func layout() {
        let bytes = header.bytes
        #expect(bytes.count == 153)
        #expect(bytes[0] == 1)
        #expect(Array(bytes[1..<33]) == [UInt8](repeating: 0x11, count: 32))
        #expect(Array(bytes[33..<65]) == [UInt8](repeating: 0x22, count: 32))
        #expect(Array(bytes[65..<73]) == Array(0x30...0x37))
        #expect(Array(bytes[73..<105]) == [UInt8](repeating: 0x44, count: 32))
        #expect(Array(bytes[105..<113]) == Array(0x50...0x57))
        #expect(Array(bytes[113..<117]) == Array(0x60...0x63))
        #expect(Array(bytes[117..<121]) == Array(0x70...0x73))
        #expect(Array(bytes[121..<153]) == [UInt8](repeating: 0x88, count: 32))
    }

    @Test("Any 153 bytes are read and written as they were; no other number is read")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 20)
        for _ in 0..<200 {
            let bytes = generator.bytes(153)
            #expect(try #require(ChangesetHeader(bytes)).bytes == bytes)
        }
        #expect(ChangesetHeader(header.bytes) == header)
        for count in 0..<200 where count != 153 {
            #expect(ChangesetHeader([UInt8](repeating: 1, count: count)) == nil)
        }
    }

    @Test("Only a first changeset with a board of zeros founds a board")
    func founding() {
        var header = header
        #expect(!header.isFounding)
        header.board = .zero
        #expect(!header.isFounding)
        header.sequence = 1
        #expect(header.isFounding)
        header.board = filled(1)
        #expect(!header.isFounding)
    }

    @Test("Sealing fills the header from the slots and the place in the chain")
    func sealing() throws {
        let slots = [
            Samples.slot(.sameAs(Samples.pair, isOn: true), at: HybridTimestamp(rawValue: 900)),
            Samples.slot(
                .status(Samples.idea, .open, note: ""), at: HybridTimestamp(rawValue: 1_000)),
            Samples.slot(.vote(Samples.idea, Vote(.agree)), at: HybridTimestamp(rawValue: 950)),
        ]
        let position = ChainPosition(sequence: 41, last: filled(0x41))
        let sealed = SealedChangeset.seal(
            slots, board: Samples.board, after: position, with: Samples.key)
        let header = try #require(ChangesetHeader(sealed.header))
        #expect(header.format == 1)
        #expect(header.board == Samples.board)
        #expect(header.node == Samples.key.node)
        #expect(header.sequence == 42)
        #expect(header.previous == position.last)
        #expect(header.timestamp.rawValue == 1_000)
        #expect(header.changeCount == 3)
        #expect(header.payloadSize == UInt32(sealed.payload.count))
        #expect(header.root == slots.root)
        #expect(sealed.payload == slots.flatMap(\.bytes))
        #expect(sealed.byteCount == 153 + sealed.payload.count + 64)
        let opened = try sealed.open(board: Samples.board)
        #expect(opened.judgement() == .meaningful)
        #expect(opened.id == sealed.id)
        #expect(opened.slots.map(\.firstIndex) == [0, 1, 2])
    }
}
