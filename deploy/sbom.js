/**
 * `node sbom.js NAME`, where npm has installed: the packages that lie here, as CycloneDX 1.5, without what would differ in the next build. (`npm sbom` of a
 * workspace leaves out packages that others need, too.)
 */
import { existsSync, readFileSync } from 'node:fs'

const [name = 'menshen'] = process.argv.slice(2)
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const { packages } = JSON.parse(readFileSync('node_modules/.package-lock.json', 'utf8'))
const purlOf = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`

function componentOf([path, { version, license, integrity = '' }]) {
  const name = path.split('node_modules/').at(-1)
  const [algorithm, digest = ''] = integrity.split('-')
  return {
    type: 'library',
    'bom-ref': path,
    name,
    version,
    purl: purlOf(name, version),
    ...(license && { licenses: [{ expression: license }] }),
    ...(algorithm === 'sha512' && { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] }),
  }
}

const isInstalled = ([path, { link }]) => path.includes('node_modules/') && !link && existsSync(path)

const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: {
    component: { type: 'application', name, version, purl: purlOf(name, version), licenses: [{ expression: 'Apache-2.0' }] },
  },
  components: Object.entries(packages).filter(isInstalled).map(componentOf),
}
console.log(JSON.stringify(bom, null, 2))
