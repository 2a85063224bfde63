import CommunisCore
import CommunisTestSupport
import Testing

struct RegisterTests {
    private let ideas: [IdeaID] = [filled(1), filled(2), filled(3)]
    private let comments: [CommentID] = [filled(1), filled(2)]
    private let members: [MemberID] = [filled(1), filled(2)]
    private let nodes: [NodeID] = [filled(1), filled(2)]
    private let changesets: [ChangesetID] = [filled(1), filled(2)]

    private var pairs: [IdeaPair] {
        [
            IdeaPair(ideas[0], ideas[1])!, IdeaPair(ideas[0], ideas[2])!,
            IdeaPair(ideas[1], ideas[2])!,
        ]
    }

    private let nodeFields: [NodeField] = [
        .role(.reader, heads: []), .proves(true), .clock(offset: 1),
        .disavowed(true),
    ]

    /// Changes of which each writes another register, by everything that the format lets tell
    /// registers apart.
    private var distinct: [(MemberID?, ChangeContent)] {
        var all: [(MemberID?, ChangeContent)] = []
        for idea in ideas {
            all += members.map { ($0, .vote(idea, Vote(.agree))) }
            all.append((nil, .ideaField(idea, .buildsOn(nil))))
            all.append((nil, .ideaField(idea, .source("s"))))
            all.append((nil, .ideaField(idea, .withdrawn(true))))
            for axis in Label.Axis.allCases {
                for name in ["a", "b", "ab", "\u{1}", "é", "e\u{301}"] {
                    all.append((nil, .label(idea, Label(axis, name), isOn: true)))
                }
            }
            all.append((nil, .status(idea, .open, note: "")))
            all.append((nil, .hidden(.idea(idea), isOn: true, reason: "")))
        }
        for number in UInt8(1)...3 {
            let revision = Revision(
                id: filled(number), idea: ideas[0], field: .title, text: "t", heads: [])
            all.append((nil, .revision(revision)))
        }
        for comment in comments {
            all.append((nil, .comment(comment, .text(idea: ideas[0], "t"))))
            all.append((nil, .comment(comment, .withdrawn(true))))
            all.append((nil, .hidden(.comment(comment), isOn: true, reason: "")))
        }
        for pair in pairs {
            all.append((nil, .sameAs(pair, isOn: true)))
            all += members.map { ($0, .carry(pair, .consents)) }
        }
        for member in members {
            all.append((nil, .member(member, .name("n"))))
            all.append((nil, .member(member, .rights(manage: true))))
        }
        all += ["name", "ballot", "access", "x"].map { (nil, .board(setting: $0, value: "")) }
        for node in nodes {
            all += nodeFields.map { (nil, .node(node, $0)) }
            all.append((nil, .nodeName(node, "n")))
        }
        all += ideas.map { (nil, .idea($0)) }
        for changeset in changesets {
            all += [UInt32(0), 1, 256].map { (nil, .erase(changeset, slot: $0)) }
        }
        return all
    }

    @Test("Different registers have different keys")
    func distinctKeys() throws {
        let registers = try distinct.map { member, content in
            try #require(Change(.zero, by: member, content).register)
        }
        #expect(Set(registers).count == registers.count)
        #expect(Set(registers.map(\.kind)) == Set(Register.Kind.allCases))
    }

    @Test("The value, the time and, but for votes and consents, who acts are not in the key")
    func sameKey() {
        let pair = pairs[0]
        let same: [(ChangeContent, ChangeContent)] = [
            (
                .vote(ideas[0], Vote(.agree)), .vote(ideas[0], Vote(.disagree, proof: .proven))
            ),
            (.ideaField(ideas[0], .buildsOn(nil)), .ideaField(ideas[0], .buildsOn(ideas[1]))),
            (.ideaField(ideas[0], .source("a")), .ideaField(ideas[0], .source("b"))),
            (
                .label(ideas[0], Label(.tag, "a"), isOn: true),
                .label(ideas[0], Label(.tag, "a"), isOn: false)
            ),
            (
                .comment(comments[0], .text(idea: ideas[0], "a")),
                .comment(comments[0], .text(idea: ideas[1], "b"))
            ),
            (.sameAs(pair, isOn: true), .sameAs(pair, isOn: false)),
            (.carry(pair, .consents), .carry(pair, .objects)),
            (.member(members[1], .name("a")), .member(members[1], .name("b"))),
            (.status(ideas[0], .open, note: "a"), .status(ideas[0], .shipped, note: "b")),
            (
                .hidden(.idea(ideas[0]), isOn: true, reason: "a"),
                .hidden(.idea(ideas[0]), isOn: false, reason: "b")
            ),
            (.board(setting: "name", value: "a"), .board(setting: "name", value: "b")),
            (
                .node(nodes[0], .role(.reader, heads: [])),
                .node(nodes[0], .role(.steward, heads: changesets))
            ),
            (.nodeName(nodes[0], "a"), .nodeName(nodes[0], "b")),
        ]
        for (one, other) in same {
            let first = Change(.zero, by: members[0], one).register
            let second = Change(HybridTimestamp(rawValue: 9), by: members[0], other).register
            #expect(first != nil)
            #expect(first == second)
            let another = Change(.zero, by: members[1], one).register
            let names = one.kind == .vote || one.kind == .carry
            #expect((first == another) == !names)
        }
    }

    @Test("A vote or a consent without a member writes nothing")
    func withoutMember() {
        #expect(Change(.zero, by: nil, .vote(ideas[0], Vote(.agree))).register == nil)
        #expect(Change(.zero, by: nil, .carry(pairs[0], .objects)).register == nil)
    }

    @Test("The kinds have the format's numbers; three of them are closed")
    func kinds() {
        #expect(Register.Kind.allCases.map(\.rawValue) == Array(1...15))
        #expect(Register.Kind.allCases.filter(\.isClosed) == [.vote, .node, .erase])
        #expect(Register.Kind.allCases.filter(\.isNeverParked) == [.node, .erase])
    }
}
