import ArgumentParser
import CommunisCore
import CommunisStore
import Foundation

/// Whether what a word about a copy does is only told.
struct ConsequenceOptions: ParsableArguments {
    @Flag(help: .say("Do not ask first."))
    var yes = false

    @Flag(help: .say("Tell what it would do, and change nothing."))
    var dryRun = false
}

/// What a word about a copy does to what counts, as people and scripts are told: the same words
/// before it is said and after.
struct NodeConsequence {
    var effect: NodeEffect
    /// How many changesets count no more only since something before them is not here.
    var unseen = 0
    /// Whether the copy may not write any more: what it wrote and nobody here has seen is lost.
    var isSilencing = false

    /// Makes a change, once it is clear that it is wanted.
    ///
    /// On a terminal it says before what will count and what not, and asks; a script means what it
    /// says, and reads it afterwards.
    ///
    /// - Parameter make: makes the change, or only tries it.
    static func of(
        _ question: Phrase, _ options: ConsequenceOptions, isAsked: Bool = true, unseen: Int = 0,
        isSilencing: Bool = false, _ make: (_ isTrial: Bool) throws(BoardError) -> NodeEffect
    ) throws -> Self {
        if options.dryRun {
            return Self(effect: try make(true), unseen: unseen, isSilencing: isSilencing)
        }
        if isAsked, !options.yes, SimilarOffer.isPossible {
            let expected = Self(effect: try make(true), unseen: unseen, isSilencing: isSilencing)
            Terminal.note(expected.lines.map { say($0) + "\n" }.joined())
            Terminal.note(say("\(question) Type yes:") + " ")
            let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased()
            guard answer == "yes" || answer == say("yes") else {
                throw Failure(Failure.usage, "nothing was changed", "type yes, or add --yes")
            }
        }
        return Self(effect: try make(false), unseen: unseen, isSilencing: isSilencing)
    }

    /// Says what it did.
    func tell() { for line in lines { Terminal.line(line) } }

    /// Says what it would do.
    func tellTrial() {
        tell()
        Terminal.line("Nothing was changed: it was a trial")
    }

    /// Says how the copy gets back what it was. What counts no more does so for good.
    func tellWayBack(_ node: NodeID, to role: Role) {
        let isForGood = !effect.lost.isEmpty || !effect.lostWaiting.isEmpty
        let admit = ShownCommand("node admit", [node.shortName], ["--role": role.name])
        Terminal.line(
            isForGood
                ? """
                This cannot be undone; what it writes from then on counts after: \(admit)
                """ : "Undo: \(admit)")
        if isSilencing { Terminal.line("What it writes in the meantime stays without effect") }
    }

    var lines: [Phrase] {
        var lines: [Phrase] = [
            "Keeps counting: \(effect.kept.words)", "Counts no more: \(effect.lost.words)",
        ]
        if !effect.lostWaiting.isEmpty {
            lines.append("Will never count, dated ahead: \(effect.lostWaiting.words)")
        }
        if !effect.gained.isEmpty { lines.append("Counts from now on: \(effect.gained.words)") }
        if !effect.othersLost.isEmpty {
            lines.append("Of other copies counts no more: \(effect.othersLost.words)")
        }
        if !effect.othersGained.isEmpty {
            lines.append("Of other copies counts instead: \(effect.othersGained.words)")
        }
        if effect.changedRoles > 0 {
            lines.append(
                """
                \(effect.changedRoles, "other copy", "other copies") with another role, since the \
                one it gave holds no more
                """)
        }
        if unseen > 0 {
            lines.append(
                """
                Among what counts no more: \(unseen, "changeset", "changesets") behind one that is \
                not here; what is whole at another copy keeps counting if it is synced first
                """)
        }
        if isSilencing {
            lines.append(
                "What it wrote and has not come here is not counted above and is lost: sync with it first to keep it"
            )
        }
        if effect.unread > 0 {
            lines.append(
                """
                Keeps counting, though not known here: \(effect.unread, "changeset", "changesets") \
                of a newer communis
                """)
        }
        return lines
    }

    /// As `--json` has it.
    struct Record: Encodable {
        struct Share: Encodable {
            var votes, people, votedIdeas, ideas, comments, others: Int

            init(_ share: NodeEffect.Share) {
                votes = share.votes
                people = share.people
                votedIdeas = share.votedIdeas
                ideas = share.ideas
                comments = share.comments
                others = share.others
            }
        }

        var keeps, loses, gains, losesWaiting, othersLose, othersGain: Share
        var changedRoles, unseen, unread: Int

        init(_ consequence: NodeConsequence) {
            let effect = consequence.effect
            keeps = Share(effect.kept)
            loses = Share(effect.lost)
            gains = Share(effect.gained)
            losesWaiting = Share(effect.lostWaiting)
            othersLose = Share(effect.othersLost)
            othersGain = Share(effect.othersGained)
            changedRoles = effect.changedRoles
            unseen = consequence.unseen
            unread = effect.unread
        }
    }
}

extension NodeEffect.Share {
    fileprivate var words: Phrase {
        """
        \(votes, "vote", "votes") of \(people, "person", "people") on \
        \(votedIdeas, "idea", "ideas"); \(ideas, "idea", "ideas"), \
        \(comments, "comment", "comments"), \(others, "other change", "other changes")
        """
    }
}
