import CommunisCore
import CommunisTestSupport
import Testing

struct Base32Tests {
    @Test("Bytes of every length come back as they went in")
    func roundTrip() {
        var generator = SeededGenerator(seed: 1)
        for length in 0...40 {
            for _ in 0..<50 {
                let bytes = generator.bytes(length)
                let text = Base32.encode(bytes)
                #expect(text.utf8.count == (length * 8 + 4) / 5)
                #expect(Base32.decode(text) == bytes)
            }
        }
    }

    @Test("All values of two bytes come back as they went in, each as another text")
    func everyTwoBytes() {
        var texts: Set<String> = []
        for value in UInt16.min...UInt16.max {
            let bytes = [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
            let text = Base32.encode(bytes)
            texts.insert(text)
            #expect(Base32.decode(text) == bytes)
        }
        #expect(texts.count == 65_536)
    }

    @Test("The digits are Crockford's, in the order of their values")
    func alphabet() {
        var bits = ""
        for value in 0..<32 {
            let digits = String(value, radix: 2)
            bits += String(repeating: "0", count: 5 - digits.count) + digits
        }
        let bytes = (0..<20).map { place in
            UInt8(bits.dropFirst(place * 8).prefix(8), radix: 2)!
        }
        #expect(Base32.encode(bytes) == "0123456789abcdefghjkmnpqrstvwxyz")
    }

    @Test("Capital letters read as small ones")
    func capitals() {
        let text = "0123456789abcdefghjkmnpqrstvwxyz"
        #expect(Base32.decode(text.uppercased()) == Base32.decode(text))
    }

    @Test("o reads as 0, i and l read as 1, in both cases")
    func aliases() {
        let plain = Base32.decode("0011001100110011")
        #expect(plain != nil)
        for text in [
            "oo11oo11oo11oo11", "OOiiOOiiOOiiOOii", "00ll00ll00ll00ll", "0oILoOiL0OlI00lL",
        ] {
            #expect(Base32.decode(text) == plain, "\(text)")
        }
    }

    @Test("Of all ASCII characters exactly the alphabet, its capitals and the aliases are read")
    func everyASCIICharacter() {
        let allowed = Set("0123456789abcdefghjkmnpqrstvwxyzABCDEFGHJKMNPQRSTVWXYZoOiIlL".utf8)
        for byte in UInt8(0)..<128 {
            let text = "0000000" + String(UnicodeScalar(byte))
            #expect((Base32.decode(text) != nil) == allowed.contains(byte), "\(byte)")
        }
    }

    @Test(
        "Characters beyond ASCII are not read",
        arguments: ["0000000é", "００００００００", "0000000\u{0130}"])
    func beyondASCII(text: String) {
        #expect(Base32.decode(text) == nil)
        #expect(Base32.prefix(text) == nil)
    }

    @Test("Bits that fill no whole byte must be zero")
    func spareBits() {
        // Two digits are ten bits: the last two are spare.
        for (value, digit) in "0123456789abcdefghjkmnpqrstvwxyz".enumerated() {
            #expect((Base32.decode("0\(digit)") != nil) == (value % 4 == 0), "\(digit)")
        }
    }

    @Test("A last character that adds no byte is not read", arguments: [1, 3, 6, 9, 11, 17])
    func superfluousCharacter(length: Int) {
        #expect(Base32.decode(String(repeating: "0", count: length)) == nil)
    }

    @Test("A prefix fixes five bits a character and leaves the rest zero")
    func prefix() throws {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<200 {
            let bytes = generator.bytes(10)
            let text = Base32.encode(bytes)
            for length in 0...16 {
                let prefix = try #require(Base32.prefix(String(text.prefix(length))))
                #expect(prefix.bits == length * 5)
                #expect(prefix.bytes.count == (length * 5 + 7) / 8)
                for bit in 0..<prefix.bytes.count * 8 {
                    let found = prefix.bytes[bit / 8] >> (7 - bit % 8) & 1
                    let expected = bit < prefix.bits ? bytes[bit / 8] >> (7 - bit % 8) & 1 : 0
                    #expect(found == expected)
                }
            }
        }
    }
}
