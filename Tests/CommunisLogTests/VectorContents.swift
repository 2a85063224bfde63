import CommunisCore
import Testing

/// The changes whose messages the vectors spell, by the vectors' names. What is made has no id yet.
enum VectorContents {
    private static func run<Identifier: FixedBytes>(_ first: UInt8) -> Identifier {
        Identifier(truncating: (0..<UInt8(Identifier.byteCount)).map { first &+ $0 })
    }

    static func all() throws -> [(String, (MemberID?, ChangeContent))] {
        let acting: MemberID = run(0x20)
        let (idea, other): (IdeaID, IdeaID) = (run(0x01), run(0x41))
        let comment: CommentID = run(0x61)
        let subject: MemberID = run(0x30)
        let node: NodeID = run(0xA0)
        let head: ChangesetID = run(0xC0)
        let heads: [RevisionID] = [run(0x71), run(0x70)]
        let longer = "Grüße, 世界, 🌍"
        let pair = try #require(IdeaPair(idea, other))
        func revision(_ field: TextField, _ text: String, _ heads: [RevisionID] = [])
            -> ChangeContent
        {
            .revision(Revision(id: .zero, idea: idea, field: field, text: text, heads: heads))
        }
        return [
            ("title, first revision", (acting, revision(.title, longer))),
            ("need, two heads", (acting, revision(.need, "why", heads))),
            ("empty body, of the node itself", (nil, revision(.body, ""))),
            ("builds on", (acting, .ideaField(idea, .buildsOn(other)))),
            ("builds on nothing", (acting, .ideaField(idea, .buildsOn(nil)))),
            ("source", (acting, .ideaField(idea, .source("polis:name:48")))),
            ("withdrawn", (acting, .ideaField(idea, .withdrawn(true)))),
            ("not withdrawn", (acting, .ideaField(idea, .withdrawn(false)))),
            ("facet on", (acting, .label(idea, Label(.facet, "commerce"), isOn: true))),
            ("tag off", (acting, .label(idea, Label(.tag, "größer"), isOn: false))),
            ("comment", (acting, .comment(.zero, .text(idea: idea, longer)))),
            ("comment withdrawn", (acting, .comment(comment, .withdrawn(true)))),
            ("same as", (acting, .sameAs(pair, isOn: true))),
            ("not same as", (acting, .sameAs(pair, isOn: false))),
            ("consents", (acting, .carry(pair, .consents))),
            ("objects", (acting, .carry(pair, .objects))),
            ("member name", (acting, .member(subject, .name("Zoë")))),
            ("member rights", (acting, .member(subject, .rights(manage: true)))),
            ("member without rights", (acting, .member(subject, .rights(manage: false)))),
            ("status", (acting, .status(idea, .shipped, note: "out"))),
            ("idea hidden", (acting, .hidden(.idea(idea), isOn: true, reason: "spam"))),
            ("comment shown", (acting, .hidden(.comment(comment), isOn: false, reason: ""))),
            ("board name", (nil, .board(setting: "name", value: "Ideas"))),
            ("node role", (nil, .node(node, .role(.contributor, heads: [head])))),
            ("node proves", (nil, .node(node, .proves(true)))),
            ("node clock", (nil, .node(node, .clock(offset: -86_400_000)))),
            ("node disavowed", (nil, .node(node, .disavowed(true)))),
            ("node role none", (acting, .node(node, .role(.none, heads: [])))),
            ("node does not prove", (nil, .node(node, .proves(false)))),
            ("erase", (nil, .erase(head, slot: 7))),
            ("erase slot 0", (acting, .erase(head, slot: 0))),
            ("idea", (acting, .idea(.zero))),
            ("idea of the node itself", (nil, .idea(.zero))),
            ("node name", (acting, .nodeName(node, "kiosk"))),
            ("node without a name", (nil, .nodeName(node, ""))),
        ]
    }
}
