/// The facets of an idea: the four C's, and the disciplines of the organisation that pick it up.
package enum Facet: String, CaseIterable, Sendable {
    case commerce, culture, community, connectivity
    case corporate, service, branding, effectiveness, intelligence, products
    case `internal`
    case hr
}

/// The settings of a board that this version gives a meaning; others are kept and passed on.
package enum BoardSetting: String, CaseIterable, Sendable {
    case name
    case ballot
    case access
}

/// What a member can say of an idea on this board.
package enum BallotKind: String, CaseIterable, Sendable {
    /// Agree or nothing; disagreements from before count as pass.
    case approve
    /// Agree, disagree or pass.
    case agree
}
