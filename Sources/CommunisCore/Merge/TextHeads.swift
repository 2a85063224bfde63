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
    /// The first revision: the least among those without a predecessor.
    package let root: RevisionStanding?

    package init(_ revisions: [RevisionStanding]) {
        let named = Set(
            revisions.flatMap { revision in revision.heads.filter { $0 != revision.id } })
        var heads = revisions.filter { !named.contains($0.id) }
        // Revisions that name each other in a ring have no head; honest nodes cannot make one,
        // since an id is drawn after those it names. The greatest of all is shown then.
        if heads.isEmpty, let greatest = revisions.max(by: { $0.precedence < $1.precedence }) {
            heads = [greatest]
        }
        self.heads = heads.sorted { $0.precedence > $1.precedence }
        root = revisions.filter(\.heads.isEmpty).min { $0.precedence < $1.precedence }
    }
}
