/** Reads interfaces out of our sources, with their comments: what the generated reference pages are made of. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** One member of an interface, as it is declared. */
export interface Member {
  readonly name: string
  readonly isOptional: boolean
  /** Its type, on one line. */
  readonly type: string
  readonly doc: string
}

/** An interface: what it is about, and its members in their order. */
export interface Declaration {
  readonly name: string
  readonly doc: string
  readonly members: readonly Member[]
}

/** An interface of a source file, or a function with its comment (no members). Throws when there is none of that name. */
export function declarationIn(file: string, name: string): Declaration {
  const source = ts.createSourceFile(file, readFileSync(ROOT + file, 'utf8'), ts.ScriptTarget.Latest, true)
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === name) {
      return { name, doc: docOf(statement), members: statement.members.filter(ts.isPropertySignature).map(memberOf) }
    }
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === name)
      return { name, doc: docOf(statement), members: [] }
  }
  throw new Error(`${file} declares no ${name}`)
}

function memberOf(member: ts.PropertySignature): Member {
  return {
    name: (member.name as ts.Identifier | ts.StringLiteral).text,
    isOptional: member.questionToken !== undefined,
    type: (member.type?.getText() ?? '')
      .replace(/\/\*\*.*?\*\//gs, '')
      .replaceAll('readonly ', '')
      .replace(/\s+/g, ' '),
    doc: docOf(member),
  }
}

/** The comment without its examples. */
function docOf(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc)
  const text = comments.map((comment) => ts.getTextOfJSDocComment(comment.comment) ?? '').join(' ')
  return text.replace(/\s+/g, ' ').trim()
}
