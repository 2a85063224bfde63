import CommunisCore
import CommunisTestSupport
import Testing

struct HexadecimalTests {
    @Test("Every byte is two small digits and comes back, from capitals too")
    func everyByte() {
        for byte in UInt8.min...UInt8.max {
            let plain = String(byte, radix: 16)
            let expected = plain.count == 1 ? "0" + plain : plain
            #expect(Hexadecimal.encode([byte]) == expected)
            #expect(Hexadecimal.decode(expected) == [byte])
            #expect(Hexadecimal.decode(expected.uppercased()) == [byte])
        }
    }

    @Test("Bytes of every length come back as they went in")
    func roundTrip() {
        var generator = SeededGenerator(seed: 3)
        for length in 0...70 {
            let bytes = generator.bytes(length)
            #expect(Hexadecimal.decode(Hexadecimal.encode(bytes)) == bytes)
        }
    }

    @Test(
        "Anything but pairs of ASCII digits is not read",
        arguments: [
            "0", "000", "0g", "g0", "0x00", " 00", "00 ", "-1", "é0", "０0", "００", "0\u{301}0",
        ])
    func notPairs(text: String) {
        #expect(Hexadecimal.decode(text) == nil)
    }
}
