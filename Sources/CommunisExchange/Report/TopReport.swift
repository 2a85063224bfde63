import CommunisCore
import CommunisStore

/// A report of the top-voted ideas, to be sent to somebody who does not use the board.
package struct TopReport: Sendable {
    /// The board's name; `nil` where it has none.
    package var board: String?
    package var ballot: BallotKind
    /// When it was made.
    package var at: Milliseconds
    /// What the ideas were asked for by.
    package var query: IdeaQuery
    /// The ideas, best first.
    package var ideas: [IdeaSummary]
    /// Of all ideas that the query finds without its limit.
    package var figures: BoardFigures

    /// Reads what a report of the board says.
    ///
    /// - Parameters:
    ///   - query: which ideas; always in the order of `top`.
    package init(of board: Board, _ query: IdeaQuery, at: Milliseconds) throws(BoardError) {
        self.init(
            board: try board.name(), ballot: try board.ballot(), at: at, query: query,
            ideas: try board.ideas(query), figures: try board.figures(query))
    }

    package init(
        board: String?, ballot: BallotKind, at: Milliseconds, query: IdeaQuery,
        ideas: [IdeaSummary], figures: BoardFigures
    ) {
        self.board = board
        self.ballot = ballot
        self.at = at
        self.query = query
        self.ideas = ideas
        self.figures = figures
    }

    /// Whether one can disagree and pass on this board.
    var hasSides: Bool { ballot == .agree }
}
