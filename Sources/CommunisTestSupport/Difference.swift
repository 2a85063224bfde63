/// What two sets of lines do not share, short enough to be read in a test's report.
package struct Difference: Equatable, CustomStringConvertible, Sendable {
    private static let limit = 6

    private let extra: [String]
    private let missing: [String]

    /// `nil` if the sets are equal.
    package init?(_ found: Set<String>, _ expected: Set<String>) {
        guard found != expected else { return nil }
        extra = Array(found.subtracting(expected).sorted().prefix(Self.limit))
        missing = Array(expected.subtracting(found).sorted().prefix(Self.limit))
    }

    package var description: String {
        "found and not expected: \(extra); expected and not found: \(missing)"
    }
}
