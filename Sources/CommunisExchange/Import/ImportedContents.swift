import CommunisCore
import CommunisStore

/// What files of another tool, or exports of this one, hold: read and checked whole before
/// anything of it is written. Every reader makes one of these; `ImportDrafting` makes changes of it.
package struct ImportedContents: Sendable {
    /// Who somebody is.
    enum Person: Hashable, Sendable {
        /// A member of a Communis board.
        case member(MemberID)
        /// By an e-mail address, normalised: the same member as whoever acts under it here.
        case address(String)
        /// By what the source calls them, such as `polis:name:17`, NFC-normalised.
        case source(String)
    }

    struct Member: Sendable {
        var person: Person
        /// What others see; never an address.
        var name: String?
        var isManager = false
        /// Whether a row of its own says that there is such a member.
        var isListed = false
    }

    struct Idea: Sendable {
        var id: IdeaID
        /// The row's own name, such as `csv:ideas:12`.
        var source: String?
        /// What the ids of its first revisions are derived from.
        var revisionSource: String
        var title: String
        var need = ""
        var body = ""
        /// The place of its author in `members`.
        var author: Int?
        /// `nil` where the source does not say.
        var at: Milliseconds?
        var status = Status.open
        var statusNote = ""
        var facets: [String] = []
        var tags: [String] = []
        var buildsOn: IdeaID?
        /// Why it is hidden; `nil` if it is not.
        var hiddenBecause: String?
        var isWithdrawn = false
    }

    struct Vote: Sendable {
        var idea: IdeaID
        /// The place of the voter in `members`.
        var voter: Int
        var at: Milliseconds
        var ballot: Ballot
    }

    struct Comment: Sendable {
        var id: CommentID
        var idea: IdeaID
        var text: String
        /// The place of its author in `members`.
        var author: Int?
        var at: Milliseconds
        var hiddenBecause: String?
        var isWithdrawn = false
    }

    struct Objection: Hashable, Sendable {
        var pair: IdeaPair
        /// The place of who objects in `members`.
        var member: Int
    }

    private(set) var members: [Member] = []
    private var places: [Person: Int] = [:]
    var ideas: [Idea] = []
    /// In the order of their file.
    var votes: [Vote] = []
    var comments: [Comment] = []
    var joins: [IdeaPair] = []
    var objections: [Objection] = []
    /// The names of rows that became ideas, where only votes tell of them.
    var sources: [IdeaID: String] = [:]
    /// How many votes the source counts for an idea, whoever cast them.
    var claimedVotes: [IdeaID: Int] = [:]
    /// How exactly the votes' times are known.
    var precision = VotePrecision.timestamp
    var leftOut = LeftOut()

    /// What files hold and an import cannot take over.
    package struct LeftOut: Sendable {
        /// Votes of which only the number is known.
        package var votes = 0
        /// Comments of which only the number is known.
        package var comments = 0
        /// Names of statuses that mean nothing here, with the ideas that have them.
        package var statuses: [String: Int] = [:]
        /// Pull requests among the issues of GitHub.
        package var pullRequests = 0
        /// Whether no time is known, and 1970 stands for it.
        package var isWithoutTime = false
    }

    /// The place of a person in `members`. The first name they are given stays.
    mutating func member(_ person: Person, name: String? = nil) -> Int {
        let place = places[person] ?? members.count
        if place == members.count {
            places[person] = place
            members.append(Member(person: person, name: name))
        } else if let name, members[place].name == nil {
            members[place].name = name
        }
        return place
    }

    /// A member that has a row of its own.
    mutating func list(_ person: Person, name: String?, isManager: Bool) {
        let place = member(person, name: name)
        members[place].isListed = true
        members[place].isManager = isManager
    }
}
