import { JsonText, type OperationHandler } from '../http/operation.ts';

export const getOpenapiJson: OperationHandler<'getOpenapiJson'> = ({ documentText }) => ({
  status: 200,
  body: new JsonText(documentText),
});
