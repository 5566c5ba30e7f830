import { runResource } from '@menshen/shared/http/resource-service'
import { runMain } from '@menshen/shared/run-main'
import { loadProjectApiConfig } from './config.ts'
import { startProjectApi } from './start.ts'

await runMain(() => runResource('project-api', loadProjectApiConfig(process.env), startProjectApi))
