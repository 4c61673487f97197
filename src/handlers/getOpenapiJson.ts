import { JsonText, type OperationHandler } from '../http/operation.ts';

export const getOpenapiJson: OperationHandler<'getOpenapiJson'> = ({ documentText, documentTag }) => ({
  status: 200,
  body: new JsonText(documentText),
  headers: { ETag: documentTag },
});
