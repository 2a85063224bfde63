// What names that scripts read are called where people read them. The names themselves, in options
// and JSON, are the same in every language.

extension Status {
    package var words: Phrase {
        switch self {
        case .open: "open"
        case .recognised: "recognised"
        case .exploring: "exploring"
        case .building: "building"
        case .shipped: "shipped"
        case .declined: "declined"
        }
    }
}

extension Facet {
    /// The words for a facet's name; those of a newer version are said as they are.
    package static func words(of name: String) -> Phrase {
        Facet(rawValue: name)?.words ?? Phrase(verbatim: name)
    }

    package var words: Phrase {
        switch self {
        case .commerce: "commerce"
        case .culture: "culture"
        case .community: "community"
        case .connectivity: "connectivity"
        case .corporate: "corporate"
        case .service: "service"
        case .branding: "branding"
        case .effectiveness: "effectiveness"
        case .intelligence: "intelligence"
        case .products: "products"
        case .internal: "internal"
        case .hr: "hr"
        }
    }
}

extension Role {
    package var words: Phrase {
        switch self {
        case .none: "none"
        case .reader: "reader"
        case .contributor: "contributor"
        case .steward: "steward"
        case .founder: "founder"
        }
    }
}

extension TextField {
    package var words: Phrase {
        switch self {
        case .title: "title"
        case .need: "need"
        case .body: "body"
        }
    }
}

extension Ballot {
    package var words: Phrase {
        switch self {
        case .agree: "agree"
        case .disagree: "disagree"
        case .pass: "pass"
        case .withdrawn: "withdrawn"
        }
    }
}

extension Proof {
    package var words: Phrase {
        switch self {
        case .typed: "typed"
        case .proven: "proven"
        }
    }
}
