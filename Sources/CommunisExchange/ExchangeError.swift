import CommunisCore

/// What can go wrong with a file of another tool: what it is, and what to do about it.
package struct ExchangeError: Error, Hashable, Sendable {
    package enum Code: Sendable {
        /// There is no such file.
        case notFound
        /// It is not what it should be.
        case notUnderstood
        /// It cannot be read or written.
        case inputOutput
    }

    package var code: Code
    package var problem: Phrase
    package var advice: Phrase

    package init(_ code: Code, _ problem: Phrase, _ advice: Phrase) {
        self.code = code
        self.problem = problem
        self.advice = advice
    }

    /// A fault in one row of a file; rows count from 1, the header.
    static func row(_ row: Int, of file: String, _ problem: Phrase) -> Self {
        Self(
            .notUnderstood, "\(file), row \(row): \(problem)",
            "mend the file and import it again; nothing was imported")
    }
}
