/// A revision as far as it decides which text is shown.
package struct RevisionStanding: Hashable, Sendable {
    package var id: RevisionID
    package var heads: [RevisionID]
    package var precedence: Precedence

    package init(id: RevisionID, heads: [RevisionID], precedence: Precedence) {
        self.id = id
        self.heads = heads
        self.precedence = precedence
    }
}

/// The state of one text field of one idea, from all its revisions.
package struct TextHeads: Hashable, Sendable {
    /// The revisions that no other names, greatest first. The first is shown; more than one are
    /// concurrent, until a revision that names them all settles it.
    package let heads: [RevisionStanding]

    package init(_ revisions: [RevisionStanding]) {
        let named = Set(
            revisions.flatMap { revision in revision.heads.filter { $0 != revision.id } })
        var heads = revisions.filter { !named.contains($0.id) }
        // Revisions that name each other in a ring have no head. Nobody can make one without finding
        // preimages of ids, which are digests of what a revision names; the greatest is shown then.
        if heads.isEmpty, let greatest = revisions.max(by: { $0.precedence < $1.precedence }) {
            heads = [greatest]
        }
        self.heads = heads.sorted { $0.precedence > $1.precedence }
    }
}
