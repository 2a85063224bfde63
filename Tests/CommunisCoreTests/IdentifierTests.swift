import CommunisCore
import CommunisTestSupport
import Testing

struct IdentifierTests {
    /// Random identifiers, and ones that differ in a single byte, at each place.
    private func samples<Identifier: FixedBytes>(_ type: Identifier.Type) -> [Identifier] {
        var generator = SeededGenerator(seed: 4)
        var samples: [Identifier] = [.zero, filled(0x7F), filled(0x80), filled(0xFF)]
        for place in 0..<Identifier.byteCount {
            for byte in [UInt8(1), 0x80, 0xFF] {
                var bytes = Identifier.zero.bytes
                bytes[place] = byte
                samples.append(Identifier(bytes)!)
            }
        }
        for _ in 0..<40 { samples.append(generator.identifier()) }
        return samples
    }

    private func checkLaws<Identifier: FixedBytes>(of type: Identifier.Type) {
        let samples = samples(type)
        for left in samples {
            #expect(left.bytes.count == Identifier.byteCount)
            #expect(Identifier(left.bytes) == left)
            #expect(left.bytes.withUnsafeBytes { Identifier($0) } == left)
            #expect(left.description == Hexadecimal.encode(left.bytes))
            for right in samples {
                #expect((left == right) == (left.bytes == right.bytes))
                #expect((left < right) == left.bytes.lexicographicallyPrecedes(right.bytes))
            }
        }
    }

    @Test("The order of identifiers is the order of their bytes, from the first to the last")
    func orderOfBytes() {
        checkLaws(of: IdeaID.self)
        checkLaws(of: RevisionID.self)
        checkLaws(of: CommentID.self)
        checkLaws(of: MemberID.self)
        checkLaws(of: NodeID.self)
        checkLaws(of: ChangesetID.self)
    }

    @Test("An identifier has its number of bytes and no other")
    func lengths() {
        for count in 0...40 {
            let bytes = [UInt8](repeating: 1, count: count)
            #expect((IdeaID(bytes) != nil) == (count == 10))
            #expect((MemberID(bytes) != nil) == (count == 12))
            #expect((NodeID(bytes) != nil) == (count == 32))
            #expect((bytes.withUnsafeBytes { IdeaID($0) } != nil) == (count == 10))
            #expect((BoardSecret(bytes) != nil) == (count == 32))
        }
    }

    @Test("An identifier at an odd address is read and written whole")
    func unaligned() {
        var generator = SeededGenerator(seed: 5)
        for offset in 0..<9 {
            let bytes = generator.bytes(64)
            let part = Array(bytes[offset..<offset + 32])
            let node = bytes.withUnsafeBytes { NodeID(loadingFrom: $0.baseAddress! + offset) }
            #expect(node.bytes == part)
            var target = [UInt8](repeating: 0, count: 64)
            target.withUnsafeMutableBytes { node.store(to: $0.baseAddress! + offset) }
            #expect(Array(target[offset..<offset + 32]) == part)
            #expect(target.filter { $0 != 0 }.count == part.filter { $0 != 0 }.count)
        }
    }

    @Test("An idea is shown as 16 characters and read from 16 characters only")
    func base32() {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<200 {
            let bytes = (0..<10).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let idea = IdeaID(truncating: bytes)
            let text = idea.base32
            #expect(text.utf8.count == 16)
            #expect(IdeaID(base32: text) == idea)
            #expect(IdeaID(base32: text.uppercased()) == idea)
            #expect(IdeaID(base32: text + "0") == nil)
            #expect(IdeaID(base32: String(text.dropLast())) == nil)
        }
    }

    @Test("A pair of ideas has no order, and no idea pairs with itself")
    func pairs() {
        let samples = samples(IdeaID.self)
        for one in samples {
            for other in samples {
                guard let pair = IdeaPair(one, other) else {
                    #expect(one == other)
                    continue
                }
                #expect(pair == IdeaPair(other, one))
                #expect(pair.first < pair.second)
                #expect(Set([pair.first, pair.second]) == [one, other])
                #expect(pair.bytes == pair.first.bytes + pair.second.bytes)
            }
        }
    }
}

struct DerivedIdentifierTests {
    private let secret = BoardSecret([UInt8](repeating: 9, count: 32))!

    @Test("A member's id depends on the domain, the name and the secret, and on nothing else")
    func members() {
        let other = BoardSecret([UInt8](repeating: 8, count: 32))!
        let ids: [MemberID] = [
            MemberID(.who, "ada", secret: secret), MemberID(.who, "bob", secret: secret),
            MemberID(.source, "ada", secret: secret), MemberID(.source, "bob", secret: secret),
            MemberID(.who, "ada", secret: other), MemberID(.who, "", secret: secret),
        ]
        #expect(Set(ids).count == ids.count)
        #expect(MemberID(.who, "ada", secret: secret) == ids[0])
    }

    @Test(
        "The key of an imported thing depends on the board, its source and which part of it it is")
    func importedKeys() {
        let boards: [BoardID] = [filled(1), filled(2)]
        let parts: [ImportedPart] = [.idea, .comment] + TextField.allCases.map { .text($0) }
        let sources = ["a", "b", "a\u{0}title", "title\u{0}a", "\u{0}a", ""]
        var keys: Set<CreationKey> = []
        for board in boards {
            for source in sources {
                for part in parts {
                    let key = CreationKey(part, from: source, board: board)
                    #expect(key == CreationKey(part, from: source, board: board))
                    #expect(key.bytes.count == 16)
                    keys.insert(key)
                }
            }
        }
        #expect(keys.count == boards.count * sources.count * parts.count)
    }

    @Test("A key has 16 bytes and no other number, and no two new ones are equal")
    func keys() {
        for count in 0...40 {
            let bytes = [UInt8](repeating: 1, count: count)
            #expect(CreationKey(bytes)?.bytes == (count == 16 ? bytes : nil))
        }
        #expect(Set((0..<100).map { _ in CreationKey.random() }).count == 100)
    }
}
