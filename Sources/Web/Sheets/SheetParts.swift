public import Mustache

// The parts of sheets that stand in pages by the thousand tell their templates what they hold. Without this the templates would ask
// by reflection, which took three quarters of the time of a page. What is absent says so: a template would go on to look for it in
// everything around.

/// A value, or that there is none.
private func held(_ value: Any?) -> Any? { value ?? false }

/// A text has no parts.
extension String: @retroactive MustacheParent {
    /// Nothing, by whatever name.
    public func child(named: String) -> Any? { nil }
}

extension SheetCell: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "text": text
        case "address": held(address)
        case "isHead": isHead
        case "isNumber": isNumber
        case "lang": held(lang)
        case "mark": held(mark)
        case "lines": lines
        default: nil
        }
    }
}

extension SheetSection.Row: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "cells": cells
        case "rowKind": rowKind
        default: nil
        }
    }
}

extension SheetSection.Fact: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "label": label
        case "cell": cell
        default: nil
        }
    }
}

extension SheetText.Piece: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "isAdded": isAdded
        case "isRemoved": isRemoved
        case "text": text
        default: nil
        }
    }
}

extension SheetText: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "label": held(label)
        case "lang": held(lang)
        case "pieces": pieces
        default: nil
        }
    }
}

extension SheetLink: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "text": text
        case "address": address
        default: nil
        }
    }
}

extension SheetField.Choice: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "value": value
        case "text": text
        case "isChosen": isChosen
        default: nil
        }
    }
}

extension SheetField: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "id": id
        case "name": self.name
        case "label": label
        case "value": value
        case "hint": held(hint)
        case "error": held(error)
        case "isRequired": isRequired
        case "isText": isText
        case "isArea": isArea
        case "isSelect": isSelect
        case "isSeveral": isSeveral
        case "isMany": isMany
        case "isDay": isDay
        case "isFile": isFile
        case "inputMode": inputMode
        case "maximum": maximum
        case "rows": rows
        case "lang": held(lang)
        case "choices": choices
        case "describedBy": held(describedBy)
        case "isWrong": isWrong
        default: nil
        }
    }
}

extension SheetForm.Hidden: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "name": self.name
        case "value": value
        default: nil
        }
    }
}

extension SheetForm: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "id": id
        case "address": address
        case "method": method
        case "isMultipart": isMultipart
        case "fold": held(fold)
        case "isOpen": isOpen
        case "hidden": hidden
        case "fields": fields
        case "button": button
        case "isPost": isPost
        case "asksName": asksName
        case "asksCode": asksCode
        case "codeLabel": codeLabel
        case "personLabel": personLabel
        default: nil
        }
    }
}

extension SheetSection: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "heading": heading
        case "id": id
        case "remark": held(remark)
        case "facts": facts
        case "columns": columns
        case "rows": rows
        case "empty": held(empty)
        case "links": links
        case "texts": texts
        case "picture": held(picture)
        case "form": held(form)
        case "filter": held(filter)
        case "buttons": buttons
        case "hasFacts": hasFacts
        case "hasRows": hasRows
        case "hasLinks": hasLinks
        default: nil
        }
    }
}
