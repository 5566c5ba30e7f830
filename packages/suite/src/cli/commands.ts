import { apply } from './apply.ts'
import { auditCommands } from './audit-commands.ts'
import { clientCommands } from './client-commands.ts'
import type { Command } from './command.ts'
import { copy } from './copy.ts'
import { doctor } from './doctor.ts'
import { eventCommands } from './event-commands.ts'
import { exportCommand } from './export.ts'
import { grantCommands } from './grant-commands.ts'
import { initEnv } from './init-env.ts'
import { keyCommands } from './key-commands.ts'
import { migrate } from './migrate.ts'
import { registrationTokenCommands } from './registration-token-commands.ts'
import { sessionCommands } from './session-commands.ts'
import { tokenCommands } from './token-commands.ts'
import { userCommands } from './user-commands.ts'

/** All there is, in the order of the help. */
export const commands: readonly Command[] = [
  apply,
  exportCommand,
  migrate,
  copy,
  ...clientCommands,
  ...registrationTokenCommands,
  ...userCommands,
  ...sessionCommands,
  ...grantCommands,
  ...keyCommands,
  ...tokenCommands,
  ...eventCommands,
  ...auditCommands,
  doctor,
  initEnv,
]
