import CommunisCore
import CommunisExchange
import CommunisStore

extension NodeRename {
    private struct NewKeyResult: Encodable {
        var id, role, oldKey: String
        @Present var name: String?
    }

    /// `node rename --new-key [NAME]`.
    func takeNewKey() throws {
        let name = try words.first.map {
            try TextInput.line($0, "name", scalars: Limits.nameScalars)
        }
        let board = try board.open()
        let new = try board.takeNewKey(name: name)
        let id = Base32.encode(new.node.bytes)
        if output.json {
            let result = NewKeyResult(
                id: id, role: new.role.name, oldKey: new.oldKeyPath,
                name: new.role == .none ? nil : name)
            return Terminal.write(try JSONOutput.encode(result))
        }
        Terminal.line("This copy is now the copy \(new.node.shortName), with a key of its own")
        Terminal.line("The old key is kept: \(new.oldKeyPath.printable)")
        switch new.role {
        case .steward: Terminal.line("It is a steward. Tell the others: communis sync")
        case .contributor: Terminal.line("It is a contributor. Tell the others: communis sync")
        default: Terminal.line("Ask a steward to run: \(ShownCommand("node admit", [id]))")
        }
    }
}
