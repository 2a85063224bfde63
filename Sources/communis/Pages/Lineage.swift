import CommunisCore
import CommunisExchange
import CommunisStore

/// The ideas that an idea is related to: what it is joined with, what it builds on, and what builds
/// on it.
struct Lineage {
    /// A page names at most so many ideas in each direction.
    static let limit = 20

    /// The idea that stands for this one, if it is joined to another.
    var joinedTo: IdeaSummary?
    /// The ideas that this one stands for.
    var joined: [IdeaSummary]
    /// What it builds on, what that builds on, and so on.
    var ancestors: [IdeaSummary]
    /// What builds on it.
    var descendants: [IdeaSummary]

    init(of idea: IdeaSummary, on board: Board) throws {
        joinedTo = try idea.joinedTo.flatMap { try board.idea($0) }
        joined = try idea.joined.compactMap { try board.idea($0) }
        ancestors = try board.ancestors(of: idea.id, limit: Self.limit).compactMap {
            try board.idea($0)
        }
        descendants = try board.descendants(of: idea.id, limit: Self.limit).compactMap {
            try board.idea($0)
        }
    }

    var lines: [String] {
        var lines: [String] = []
        if let joinedTo {
            lines.append(
                say("joined with \(joinedTo.label), which stands for both in lists"))
            lines.append(say("counted there: \(joinedTo.tally.words)"))
        }
        for idea in joined {
            lines.append(say("joined with \(idea.label): its votes count here"))
        }
        for (distance, idea) in ancestors.enumerated() {
            lines.append(
                distance == 0
                    ? say("builds on \(idea.label)")
                    : String(repeating: "  ", count: distance)
                        + say("which builds on \(idea.label)"))
        }
        for idea in descendants { lines.append(say("built upon by \(idea.label)")) }
        return lines
    }
}
