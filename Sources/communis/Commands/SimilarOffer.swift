import CommunisCore
import CommunisStore
import Foundation

/// What somebody who is about to submit an idea is asked when similar ones are there already.
struct SimilarOffer {
    /// So many are offered at most.
    static let limit = 3

    enum Answer: Equatable {
        /// Vote for one of the ideas, by its place.
        case vote(Int)
        case submit
        case stop
        /// Neither of these: to be asked again.
        case unclear
    }

    let ideas: [IdeaSummary]

    /// Whether there is anybody to ask: a script is never kept waiting.
    static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && Terminal.isErrorTerminal }

    /// What a typed line means; `nil`, the end of the input, stops.
    static func answer(_ line: String?, ideas count: Int) -> Answer {
        guard let line else { return .stop }
        let word = line.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        if word.isEmpty { return .submit }
        if word == "q" { return .stop }
        if let place = Int(word), (1...count).contains(place) { return .vote(place - 1) }
        return .unclear
    }

    /// Shows the ideas and asks until the answer is clear. Everything goes to standard error, so
    /// that standard output holds the result alone.
    func ask() -> Answer {
        Terminal.note(say("Similar ideas are here already:") + "\n")
        for (place, idea) in zip(1..., ideas) {
            Terminal.note(
                "  \(place)  \(idea.ref)  \(idea.title.printable) (\(say(idea.tally.words)))\n")
        }
        while true {
            Terminal.note(say(question) + " ")
            switch Self.answer(readLine(), ideas: ideas.count) {
            case .unclear: continue
            case let answer: return answer
            }
        }
    }

    private var question: Phrase {
        ideas.count == 1
            ? "Vote for it instead (1), submit yours (Enter), or stop (q)?"
            : "Vote for one of them instead (1 to \(ideas.count)), submit yours (Enter), or stop (q)?"
    }
}
