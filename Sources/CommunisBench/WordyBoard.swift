import CommunisCore
import CommunisLog
import CommunisTestSupport
import Foundation

/// Ideas of many words, as people's are spread: the n-th word is written 1/n as often as the first
/// (Zipf's law). The same for the same numbers.
struct WordyBoard {
    /// The most frequent first.
    let words: [String]
    private let cumulated: [Double]
    private var generator = SeededGenerator(seed: 12)

    init(words count: Int) {
        let syllables = """
            ba be bo da de do fi fo ga ge go ha he ho ka ke ko la le lo ma me mo na ne no pa pe po \
            ra re ro sa se so ta te to va ve vo wa we wo za ze zo lich ting weg bus halte park school \
            plein tuin fiets pad straat water groen
            """.split(whereSeparator: \.isWhitespace).map { String($0) }
        var generator = SeededGenerator(seed: 11)
        var seen: Set<String> = []
        var words: [String] = []
        while words.count < count {
            let length = 1 + generator.below(5)
            let word = (0..<length).map { _ in syllables[generator.below(syllables.count)] }
                .joined()
            if seen.insert(word).inserted { words.append(word) }
        }
        self.words = words
        var sum = 0.0
        cumulated = (1...count).map { place in
            sum += 1 / Double(place)
            return sum
        }
    }

    mutating func text(_ count: Int) -> String {
        (0..<count).map { _ in
            let share = Double(generator.next() >> 11) / Double(1 << 53) * (cumulated.last ?? 0)
            var low = 0
            var high = cumulated.count - 1
            while low < high {
                let middle = (low + high) / 2
                if cumulated[middle] > share { high = middle } else { low = middle + 1 }
            }
            return words[low]
        }.joined(separator: " ")
    }

    /// So many ideas, each with a title of 7 words, a need of 14 and a body of 30, in changesets.
    mutating func changesets(_ ideas: Int, _ chain: inout NodeChain) -> [SealedChangeset] {
        var slots: [Slot] = []
        for number in 0..<ideas {
            let member: MemberID = generator.identifier()
            let time = HybridTimestamp(Milliseconds(unchecked: 1_699_000_000_000 + UInt64(number)))
            let texts = [TextField.title: text(7), .need: text(14), .body: text(30)]
            slots +=
                MadeIdea(
                    number, texts, on: chain.board ?? .zero, by: member, at: time
                ).slots
        }
        return Slot.pack(slots).map { chain.seal($0.map(\.slot)) }
    }
}
