import CommunisCore
import CommunisLog
import CommunisTestSupport
import Crypto
import Testing

struct SlotTests {
    private func slot(_ content: Slot.Content) -> Slot {
        Slot(
            kind: 0x0102, timestamp: HybridTimestamp(rawValue: 0x1011_1213_1415_1617),
            changeCount: 0x2021_2223, content: content)
    }

    private let head: [UInt8] = [0x01, 0x02]
    private let time: [UInt8] = Array(0x10...0x17)
    private let changes: [UInt8] = Array(0x20...0x23)
    private let salt: [UInt8] = Array(0x40..<0x50)

    @Test("The three states are written as the format lays them out")
    func layout() {
        let digest = [UInt8](repeating: 0xDD, count: 32)
        #expect(
            slot(.plain([7, 8, 9])).bytes
                == head + [0] + time + changes + [0, 0, 0, 3] + [7, 8, 9])
        #expect(
            slot(.salted([7, 8, 9], salt: salt)).bytes
                == head + [1] + time + changes + [0, 0, 0, 3] + salt + [7, 8, 9])
        #expect(
            slot(.erased(digest)).bytes == head + [2] + time + changes + [0, 0, 0, 32] + digest)
        #expect(Slot.headByteCount == 19)
    }

    @Test("Content, leaf and root are the hashes that the format names")
    func hashes() {
        let plain = slot(.plain([7, 8, 9]))
        let salted = slot(.salted([7, 8, 9], salt: salt))
        func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
        #expect(plain.contentDigest == sha256([0, 7, 8, 9]))
        #expect(salted.contentDigest == sha256([16] + salt + [7, 8, 9]))
        for slot in [plain, salted] {
            let leaf = sha256(
                Array("communis slot 1\0".utf8) + head + time + changes + slot.contentDigest)
            #expect(slot.leaf == leaf)
        }
        #expect([plain, salted].root == sha256(plain.leaf + salted.leaf))
        #expect([Slot]().root == sha256([]))
    }

    @Test("An erased slot keeps its leaf, and erasing it again changes nothing")
    func erasing() {
        for slot in [slot(.plain([])), slot(.salted([1, 2], salt: salt))] {
            #expect(!slot.isErased)
            #expect(slot.erased.isErased)
            #expect(slot.erased.leaf == slot.leaf)
            #expect(slot.erased.erased == slot.erased)
        }
    }

    @Test("Random slots come back from their payload as they went in")
    func roundTrip() {
        var generator = SeededGenerator(seed: 21)
        for _ in 0..<300 {
            let slots = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                let bytes = generator.bytes(Int.random(in: 0...40, using: &generator))
                let content: Slot.Content =
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: .plain(bytes)
                    case 1: .salted(bytes, salt: generator.bytes(16))
                    default: .erased(generator.bytes(32))
                    }
                return Slot(
                    kind: .random(in: .min ... .max, using: &generator),
                    timestamp: HybridTimestamp(rawValue: generator.next()),
                    changeCount: .random(in: .min ... .max, using: &generator), content: content)
            }
            #expect([Slot](payload: slots.payload) == slots)
        }
    }

    @Test("A payload that ends within a slot is not read")
    func truncated() {
        let slots = [slot(.plain([1, 2, 3])), slot(.salted([], salt: salt)), slot(.plain([4]))]
        let whole = slots.payload
        var borders: Set<Int> = [0]
        for count in 1...3 { borders.insert(Array(slots.prefix(count)).payload.count) }
        for count in 0...whole.count {
            let part = [Slot](payload: Array(whole.prefix(count)))
            #expect((part != nil) == borders.contains(count), "\(count)")
        }
    }

    @Test("No other state is read, and an erased slot has a digest of 32 bytes")
    func states() {
        for state in UInt8.min...UInt8.max {
            let bytes = head + [state] + time + changes + [0, 0, 0, 32]
            let body = [UInt8](repeating: 1, count: state == 1 ? 48 : 32)
            #expect(([Slot](payload: bytes + body) != nil) == (state <= 2), "\(state)")
        }
        for length in UInt8(0)..<64 {
            let bytes = head + [2] + time + changes + [0, 0, 0, length]
            let body = [UInt8](repeating: 1, count: Int(length))
            #expect(([Slot](payload: bytes + body) != nil) == (length == 32), "\(length)")
        }
        let long = head + [0] + time + changes + [0xFF, 0xFF, 0xFF, 0xFF]
        #expect([Slot](payload: long) == nil)
    }

    @Test("A payload has at most 1,000 slots")
    func count() {
        let slots = Array(repeating: slot(.plain([])), count: 1_000)
        #expect([Slot](payload: slots.payload)?.count == 1_000)
        #expect([Slot](payload: (slots + [slots[0]]).payload) == nil)
    }
}
