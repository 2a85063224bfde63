import CommunisCore
import CommunisStore

/// Which ideas of this board files mean.
///
/// An idea's id follows from the board, its author and a key, and every importer takes the key of what
/// the row is called in its source: so all copies make the same idea of a row, and whoever makes one
/// under the same name as somebody else makes another. An idea from an export of another board gets an
/// id of this one; where it has no name of its own, it is called `communis:` and the id it had.
struct ImportedIdeas {
    /// By place in `ImportedContents.ideaNames`; `nil` where an idea is neither here nor in a row.
    private(set) var ids: [IdeaID?]
    /// When each idea was made, by the file or by the board; by place.
    private(set) var created: [Milliseconds?]
    /// What makes the ideas of rows; none where this board made the idea that was exported.
    private(set) var creations: [Int: Draft] = [:]
    /// What the ideas of rows are called: what the keys follow from of all that importers make.
    private(set) var names: [Int: String] = [:]
    /// How many ideas of rows are not here, while one is that is called the same, by another author.
    private(set) var doubled = 0

    /// The first place of the idea of each place: files may name one idea in several ways.
    var firstPlaces: [Int] {
        var places: [IdeaID: Int] = [:]
        return ids.enumerated().map { place, id in
            guard let id else { return place }
            if let first = places[id] { return first }
            places[id] = place
            return place
        }
    }

    private let contents: ImportedContents
    private let board: Board

    /// - Parameter members: by place in the files' members.
    init(_ contents: ImportedContents, members: [MemberID], on board: Board) throws {
        self.contents = contents
        self.board = board
        ids = Array(repeating: nil, count: contents.ideaNames.count)
        created = Array(repeating: nil, count: contents.ideaNames.count)
        try findOriginals()
        try nameRows(members)
        dateRows()
        try findOthers()
    }

    private mutating func set(_ place: Int, to idea: KnownIdea) {
        ids[place] = idea.id
        created[place] = idea.createdAt
    }

    // MARK: - Ideas of this very board

    /// Finds what was made on this board: its export comes back, or that of one that imported it.
    private mutating func findOriginals() throws {
        var originals: [Int: [IdeaID]] = [:]
        for (place, name) in contents.ideaNames.enumerated() {
            guard case .id(let id) = name else { continue }
            originals[place] = [id]
            if let id = contents.sources[place].flatMap(Self.original) {
                originals[place]?.append(id)
            }
        }
        for idea in contents.ideas {
            guard let id = idea.source.flatMap(Self.original) else { continue }
            originals[idea.place, default: []].append(id)
        }
        let made = try board.knownIdeas(Set(originals.values.joined()))
        for (place, candidates) in originals {
            if let idea = candidates.lazy.compactMap({ made[$0] }).first { set(place, to: idea) }
        }
    }

    /// What an idea is called that has no name but its id on the board that exported it.
    static func name(_ id: IdeaID) -> String { "communis:\(id.base32)" }

    /// The id in such a name.
    private static func original(_ name: String) -> IdeaID? {
        guard name.hasPrefix("communis:"),
            let id = IdeaID(base32: String(name.dropFirst("communis:".count))),
            Self.name(id) == name
        else { return nil }
        return id
    }

    // MARK: - Ideas of rows

    /// An idea as one of its names makes it.
    private struct Making {
        var name: String
        var id: IdeaID
        var draft: Draft
    }

    /// Gives each row's idea its name, its id, and what makes it.
    private mutating func nameRows(_ members: [MemberID]) throws {
        var ways: [(place: Int, ways: [Making])] = []
        // The ids that rows of exports have: two of them are two ideas, whatever both are called.
        var taken: Set<IdeaID> = []
        for idea in oldestFirst() where names[idea.place] == nil {
            let (own, other) = rowNames(idea)
            names[idea.place] = other ?? own
            if let id = ids[idea.place] {
                taken.insert(id)
            } else {
                let author = idea.author.map { members[$0] }
                let names = [other, own].compactMap(\.self)
                ways.append((idea.place, names.map { making($0, by: author) }))
            }
        }
        let made = try board.knownIdeas(ways.flatMap { $0.ways.map(\.id) })
        for (place, choices) in ways {
            var choice = choices[0]
            // An idea that got its source after it was imported stays the one that it is here.
            if let own = choices.dropFirst().first,
                made[own.id] != nil || taken.contains(choice.id)
            {
                choice = own
            }
            if case .id = contents.ideaNames[place] { taken.insert(choice.id) }
            ids[place] = choice.id
            created[place] = made[choice.id]?.createdAt
            names[place] = choice.name
            creations[place] = choice.draft
        }
        try countDoubled(Set(made.keys))
    }

    /// - Parameter made: those of the rows' ideas that are here.
    private mutating func countDoubled(_ made: Set<IdeaID>) throws {
        let new = creations.keys.filter { place in ids[place].map { !made.contains($0) } ?? false }
        let here = try board.knownIdeas(from: Set(new.compactMap { names[$0] }))
        doubled = new.count { place in
            guard let name = names[place] else { return false }
            return here[name, default: []].contains { making(name, by: $0.author).id == $0.id }
        }
    }

    /// Ideas of rows are from when the rows say, else since when they are here, else new.
    private mutating func dateRows() {
        let now = board.now
        for idea in contents.ideas {
            let time = idea.at ?? created[idea.place] ?? now
            created[idea.place] = time
            creations[idea.place]?.timestamp = HybridTimestamp(time)
        }
    }

    /// The rows, so that of two ideas of an export that are called the same always the same one comes
    /// first: the older, then that of the lesser id.
    private func oldestFirst() -> [ImportedContents.Idea] {
        var others: [ImportedContents.Idea] = []
        var exported: [(at: Milliseconds, id: IdeaID, idea: ImportedContents.Idea)] = []
        for idea in contents.ideas {
            if case .id(let id) = contents.ideaNames[idea.place] {
                exported.append((idea.at ?? .zero, id, idea))
            } else {
                others.append(idea)
            }
        }
        exported.sort { ($0.at, $0.id) < ($1.at, $1.id) }
        return others + exported.map(\.idea)
    }

    /// What a row's idea is called by the row itself and, of an export, by the source it is from.
    private func rowNames(_ idea: ImportedContents.Idea) -> (own: String, other: String?) {
        switch contents.ideaNames[idea.place] {
        case .source(let name): (name, nil)
        case .id(let id): (Self.name(id), idea.source)
        }
    }

    private func making(_ name: String, by author: MemberID?) -> Making {
        let key = CreationKey(.idea, from: name, board: board.id)
        let (id, draft) = Draft.idea(on: board.id, by: author, key: key)
        return Making(name: name, id: id, draft: draft)
    }

    // MARK: - Ideas that files only tell of

    /// Finds the ideas here that importers made of what files only tell of.
    ///
    /// Anybody may say of an idea that it is from some source. So it has to be what an importer makes
    /// of that source; and where several authors have made one, nobody can tell which is meant.
    private mutating func findOthers() throws {
        var wanted: [(place: Int, names: [String])] = []
        for (place, name) in contents.ideaNames.enumerated() where ids[place] == nil {
            switch name {
            case .source(let name): wanted.append((place, [name]))
            case .id(let id):
                let source = contents.sources[place]
                if let row = source.flatMap({ contents.place(of: .source($0)) }), ids[row] != nil {
                    (ids[place], created[place]) = (ids[row], created[row])
                } else {
                    wanted.append((place, [Self.name(id)] + [source].compactMap(\.self)))
                }
            }
        }
        let made = try board.knownIdeas(from: Set(wanted.flatMap(\.names)))
        for (place, names) in wanted {
            // One that is called by its id may be from a source as well, and says that then.
            let candidates = names.flatMap { made[$0] ?? [] }
            for name in names {
                let found = Set(candidates.filter { making(name, by: $0.author).id == $0.id })
                if found.count == 1, let idea = found.first { set(place, to: idea) }
                if !found.isEmpty { break }
            }
        }
    }
}
