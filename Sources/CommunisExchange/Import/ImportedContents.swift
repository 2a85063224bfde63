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

    /// How files name an idea.
    enum IdeaName: Hashable, Sendable {
        /// As its row is called in its source, such as `csv:ideas:12`.
        case source(String)
        /// By the id that it has on the board that exported it, which may be another than this one.
        case id(IdeaID)
    }

    struct Idea: Sendable {
        /// Its place in `ideaNames`.
        var place: Int
        /// The row's own name, such as `csv:ideas:12`.
        var source: String?
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
        /// The place of the idea that it builds on in `ideaNames`.
        var buildsOn: Int?
        /// Why it is hidden; `nil` if it is not.
        var hiddenBecause: String?
        var isWithdrawn = false
    }

    struct Vote: Sendable {
        /// The place of the idea in `ideaNames`.
        var idea: Int
        /// The place of the voter in `members`.
        var voter: Int
        var at: Milliseconds
        var ballot: Ballot
    }

    struct Comment: Sendable {
        /// The id that it has on the board that exported it.
        var id: CommentID
        /// The place of the idea in `ideaNames`.
        var idea: Int
        var text: String
        /// The place of its author in `members`.
        var author: Int?
        var at: Milliseconds
        var hiddenBecause: String?
        var isWithdrawn = false
    }

    /// Two different ideas, by their places in `ideaNames`.
    struct Pair: Hashable, Sendable {
        let first, second: Int

        /// `nil` if both are the same idea.
        init?(_ one: Int, _ other: Int) {
            guard one != other else { return nil }
            (first, second) = (one, other)
        }
    }

    struct Objection: Hashable, Sendable {
        var pair: Pair
        /// The place of who objects in `members`.
        var member: Int
    }

    private(set) var members: [Member] = []
    private var places: [Person: Int] = [:]
    /// Every idea that the files name, whether a row of them is that idea or only tells of it.
    private(set) var ideaNames: [IdeaName] = []
    private var ideaPlaces: [IdeaName: Int] = [:]
    var ideas: [Idea] = []
    /// In the order of their file.
    var votes: [Vote] = []
    var comments: [Comment] = []
    var joins: [Pair] = []
    var objections: [Objection] = []
    /// By the places of ideas: the names of rows that became them, as votes tell these.
    var sources: [Int: String] = [:]
    /// By the places of ideas: how many votes the source counts, whoever cast them.
    var claimedVotes: [Int: Int] = [:]
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

    /// The place of an idea that has one.
    func place(of name: IdeaName) -> Int? { ideaPlaces[name] }

    /// The place of an idea in `ideaNames`.
    mutating func idea(_ name: IdeaName) -> Int {
        if let place = ideaPlaces[name] { return place }
        let place = ideaNames.count
        ideaPlaces[name] = place
        ideaNames.append(name)
        return place
    }

    /// A member that has a row of its own.
    mutating func list(_ person: Person, name: String?, isManager: Bool) {
        let place = member(person, name: name)
        members[place].isListed = true
        members[place].isManager = isManager
    }
}
