// Run at each start of MongoDB within its container, again until it succeeds: on a new volume it makes the replica set and its users, later it only looks
// whether MongoDB can be written to. Until there is a user, MongoDB lets in who comes from its own machine.
const { MONGO_PASSWORD } = process.env
const services = ['auth', 'user_api', 'project_api', 'open_api']
const admin = db.getSiblingDB('admin')

function isKnown() {
  try {
    return admin.auth('menshen', MONGO_PASSWORD).ok === 1
  } catch {
    return false
  }
}

function begin() {
  try {
    rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] })
  } catch (error) {
    if (error.codeName === 'Unauthorized') refuse()
    if (error.codeName !== 'AlreadyInitialized') throw error
  }
}

function refuse() {
  print(
    'MONGO_PASSWORD is not the password of `menshen` in this volume: put the old one back, docs/operations.md#production-with-compose says how to change it',
  )
  quit(1)
}

/** Who operates it comes first: after that nobody is let in without a password. */
function makeOperator() {
  admin.createUser({ user: 'menshen', pwd: MONGO_PASSWORD, roles: ['root'] })
  admin.auth('menshen', MONGO_PASSWORD)
}

/** A service has its own database and no other, and the password of today. */
function makeService(service) {
  const own = db.getSiblingDB(`menshen_${service}`)
  const pwd = process.env[`MONGO_${service.toUpperCase()}_PASSWORD`]
  if (own.getUser(service) === null) own.createUser({ user: service, pwd, roles: ['readWrite'] })
  else own.changeUserPassword(service, pwd)
}

if (!isKnown()) {
  begin()
  if (!db.hello().isWritablePrimary) quit(1)
  makeOperator()
}
if (!db.hello().isWritablePrimary) quit(1)
services.forEach(makeService)
