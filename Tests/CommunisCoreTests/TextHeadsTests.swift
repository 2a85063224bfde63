import CommunisCore
import CommunisTestSupport
import Testing

struct TextHeadsTests {
    private func id(_ number: UInt8) -> RevisionID { filled(number) }

    private func revision(_ number: UInt8, after heads: [UInt8] = [], at time: UInt64)
        -> RevisionStanding
    {
        RevisionStanding(
            id: id(number), heads: heads.map(id),
            precedence: Precedence(
                timestamp: HybridTimestamp(rawValue: time), node: filled(1), changeset: filled(1),
                index: 0))
    }

    private func heads(_ revisions: [RevisionStanding]) -> [RevisionID] {
        TextHeads(revisions).heads.map(\.id)
    }

    @Test("No revision, no head")
    func nothing() {
        #expect(TextHeads([]).heads.isEmpty)
    }

    @Test("In a chain the last is the head")
    func chain() {
        let chain = [
            revision(1, at: 1), revision(2, after: [1], at: 2), revision(3, after: [2], at: 3),
        ]
        #expect(heads(chain) == [id(3)])
    }

    @Test("Two revisions after one are concurrent, the greater first, until one names both")
    func concurrent() {
        let fork = [
            revision(1, at: 1), revision(2, after: [1], at: 2), revision(3, after: [1], at: 3),
        ]
        #expect(heads(fork) == [id(3), id(2)])
        #expect(heads(fork + [revision(4, after: [2], at: 4)]) == [id(4), id(3)])
        #expect(heads(fork + [revision(4, after: [2, 3], at: 4)]) == [id(4)])
    }

    @Test("A head is a head however early its clock was")
    func wrongClock() {
        let chain = [revision(1, at: 100), revision(2, after: [1], at: 5)]
        #expect(heads(chain) == [id(2)])
    }

    @Test("A revision whose predecessor is not here stands as it is")
    func orphan() {
        let orphan = [revision(2, after: [9], at: 2)]
        #expect(heads(orphan) == [id(2)])
    }

    @Test("Of several first revisions the greatest is shown first")
    func firsts() {
        #expect(heads([revision(1, at: 7), revision(2, at: 3)]) == [id(1), id(2)])
    }

    @Test("In a ring of revisions the greatest of all is shown")
    func ring() {
        let ring = [
            revision(1, after: [3], at: 1), revision(2, after: [1], at: 9),
            revision(3, after: [2], at: 3),
        ]
        #expect(heads(ring) == [id(2)])
    }

    @Test("A revision that names itself is not thereby replaced")
    func itself() {
        #expect(heads([revision(1, after: [1], at: 1)]) == [id(1)])
    }

    @Test("The heads of random histories are those that no other names, whatever the order")
    func randomHistories() {
        for seed in UInt64(0)..<200 {
            var generator = SeededGenerator(seed: seed)
            var revisions: [RevisionStanding] = []
            for number in UInt8(1)...12 {
                let known = revisions.map { $0.id.bytes[0] }.shuffled(using: &generator)
                let count = Int.random(in: 0...min(3, known.count), using: &generator)
                revisions.append(
                    revision(
                        number, after: Array(known.prefix(count)),
                        at: UInt64.random(in: 1...1_000_000, using: &generator)))
            }
            let expected = revisions.filter { one in
                !revisions.contains { $0.id != one.id && $0.heads.contains(one.id) }
            }
            let found = TextHeads(revisions)
            #expect(Set(found.heads) == Set(expected))
            #expect(
                zip(found.heads, found.heads.dropFirst()).allSatisfy {
                    $0.precedence > $1.precedence
                })
            #expect(TextHeads(revisions.shuffled(using: &generator)) == found)
        }
    }
}
