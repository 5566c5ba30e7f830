import { type Part, productionParts } from '../licences.ts'
import { code, page, table } from './markdown.ts'

const byLicence = (parts: readonly Part[]): Array<[string, string[]]> => {
  const licences = [...new Set(parts.map(({ licence }) => licence))].sort()
  return licences.map((licence) => [
    licence,
    [...new Set(parts.filter((part) => part.licence === licence).map(({ name, version }) => `${name} ${version}`))].sort(),
  ])
}

/** docs/licences.md */
export const licencesPage = (): string =>
  page(
    '# Licences',
    `Menshen is under [Apache-2.0](../LICENSE). These packages run with it, as \`package-lock.json\` names them; what only builds or tests is not here. A test refuses
a licence that \`scripts/licences.ts\` does not allow. What lies in one image stands in its \`/app/sbom.cdx.json\` ([operations](operations.md#images)).`,
    table(
      ['licence', 'packages'],
      byLicence(productionParts()).map(([licence, names]) => [code(licence), names.join(', ')]),
    ),
  )
